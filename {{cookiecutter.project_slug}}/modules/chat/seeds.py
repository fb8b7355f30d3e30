"""A room to begin with."""

from sqlalchemy import select

from flask_modular import db

from . import module
from .models import Room


@module.seed
def lobby() -> None:
    """Open a room, unless there is one."""
    if db.session.scalar(select(Room.id).limit(1)) is None:
        db.session.add(Room(name="Lobby", topic="Whoever comes in is here first."))
        db.session.commit()
