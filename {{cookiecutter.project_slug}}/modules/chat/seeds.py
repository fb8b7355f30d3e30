"""A room to begin with, and somebody who says what can be done there."""

from sqlalchemy import select

from flask_modular import db

from . import module
from .markup import render
from .models import Message, Person, Room

# Whose name nobody has who can sign in.
HOST = "chat:host"
MESSAGES = (
    "Welcome! What you write here is seen at once by all who are in this room.",
    "Messages are *Markdown*: **bold**, `code`, and lists\n\n- of what to bring\n- of who comes",
    "You can change and delete what you wrote, search in all rooms, and open a room of your own.",
)


@module.seed
def lobby() -> None:
    """Open a room and say hello, unless there is a room."""
    if db.session.scalar(select(Room.id).limit(1)) is None:
        room = Room(name="Lobby", topic="Whoever comes in is here first.")
        host = Person(identity=HOST, nickname="Host", online=False)
        for source in MESSAGES:
            message = Message(room=room, person=host, source=source, html=render(source))
            db.session.add(message)
            db.session.flush()  # so that they are in this order
        db.session.commit()
