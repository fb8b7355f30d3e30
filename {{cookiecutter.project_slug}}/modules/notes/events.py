"""What is settled once, when the application starts: settings, and what is kept of people."""

from flask import Flask
from sqlalchemy import select, update

from flask_modular import db, has
from flask_modular.values import check_numbers

from . import module
from .models import Note
from .services import MOST_DAYS

LIMITS = {"NOTES_PAGE_SIZE": (1, 100), "NOTES_ARCHIVE_AFTER_DAYS": (0, MOST_DAYS)}


@module.ready
def check_settings(app: Flask) -> None:
    """Refuse numbers that make no sense while somebody is looking, not at three in the morning."""
    check_numbers(app.config, LIMITS)


if has("accounts"):
    from modules.accounts.services import User, personal_data

    def export(user: User) -> list[dict[str, object]]:
        """Return the notes that somebody wrote."""
        found = select(Note).where(Note.author == user.identity).order_by(Note.id)
        return [
            {"title": note.title, "body": note.body, "created_at": note.created_at.isoformat()}
            for note in db.session.scalars(found)
        ]

    def erase(user: User) -> None:
        """Leave the notes, which everybody reads and changes, without their author."""
        theirs = update(Note).where(Note.author == user.identity)
        # That is no change of the note: it would come back from the way to the archive.
        db.session.execute(theirs.values(author="", updated_at=Note.updated_at))

    personal_data(module, export=export, erase=erase)
