"""What is kept of people: a nickname, messages, how far they have read."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from flask_modular import db
from modules.accounts.services import User

from .models import Message, Person, Reading, now
from .people import shown
from .pushing import tell

ERASED = "chat.erased"


def export(user: User) -> dict[str, Any]:
    """Return what somebody is called, and has written."""
    person = _person(user)
    if person is None:
        return {}
    messages = select(Message).where(Message.person_id == person.id).order_by(Message.id)
    return {
        "nickname": person.nickname,
        "created_at": person.created_at.isoformat(),
        "seen_at": person.seen_at.isoformat(),
        "messages": [_exported(message) for message in db.session.scalars(messages)],
    }


def _exported(message: Message) -> dict[str, str]:
    return {
        "room": message.room.name,
        "source": message.source,
        "created_at": message.created_at.isoformat(),
    }


def erase(user: User) -> None:
    """Leave what somebody has written, which others have answered, to nobody in particular."""
    person = _person(user)
    if person is None:
        return
    name = f"deleted-{token_hex(4)}"
    person.identity, person.nickname, person.online, person.updated_at = name, name, False, now()
    db.session.execute(delete(Reading).where(Reading.person_id == person.id))
    db.session.info.setdefault(ERASED, []).append(shown(person))


@event.listens_for(db.session, "after_commit")
def tell_of_erased(session: Session) -> None:
    """Tell everyone once it is certain that somebody is gone."""
    if not session.in_nested_transaction():
        for person in session.info.pop(ERASED, ()):
            tell("chat.person", person)


@event.listens_for(db.session, "after_rollback")
def forget_erased(session: Session) -> None:
    """Say nothing of those who are there still."""
    if not session.in_nested_transaction():
        session.info.pop(ERASED, None)


def _person(user: User) -> Person | None:
    return db.session.scalar(select(Person).where(Person.identity == user.identity))
