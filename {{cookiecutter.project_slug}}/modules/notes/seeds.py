"""Three notes to begin with."""

from sqlalchemy import select

from flask_modular import db

from . import module
from .models import Note

NOTES = {
    "Welcome": "This is a note: a title, and a few lines. Change it, or throw it away.",
    "Put it aside": "What is done with goes to the archive. It is found there, and can come back.",
    "Look around": "A note is a row of modules/notes/models.py. Every other file there serves it.",
}


@module.seed
def welcome() -> None:
    """Write a few notes, unless there are some."""
    if db.session.scalar(select(Note.id).limit(1)) is None:
        latest_last = reversed(NOTES.items())  # so that the list begins as it does here
        db.session.add_all(Note(title=title, body=body) for title, body in latest_last)
        db.session.commit()
