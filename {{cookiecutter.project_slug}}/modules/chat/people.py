"""Who is here: people appear with their first request, and are away when no sign of them comes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from flask import abort, current_app
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from flask_modular import current_identity, db
from modules.accounts.services import current_user

from .models import LONGEST_NAME, Connection, Person, now
from .pushing import tell

MARK_EVERY = timedelta(seconds=20)  # a sign of life is written down no more often


def me() -> Person | None:
    """Return who sends the current request, marked as being here; None for strangers."""
    identity = current_identity()
    if not identity:
        return None
    person = _find(identity) or _welcome(identity)
    moment = now()
    if not person.online or moment - person.seen_at >= MARK_EVERY:
        came = not person.online
        person.seen_at, person.online = moment, True
        person.updated_at = moment if came else person.updated_at
        db.session.commit()
        if came:
            tell("chat.person", shown(person))
    return person


def must_be_me() -> Person:
    """Return who sends the current request.

    :raises Unauthorized: for strangers, whatever they may do otherwise.
    """
    return me() or abort(401, "Please sign in.")


def shown(person: Person) -> dict[str, Any]:
    """Return what others see of a person."""
    return {
        "id": person.id,
        "nickname": person.nickname,
        "ink": person.ink,
        "online": person.online,
    }


def _find(identity: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.identity == identity))


def _welcome(identity: str) -> Person:
    """Add somebody; two requests may do so at a time."""
    try:
        return _added(identity, _called(identity))
    except IntegrityError:
        db.session.rollback()
    # Or else another one has chosen the nickname.
    return _find(identity) or _added(identity, _distinct(_called(identity)))


def _added(identity: str, nickname: str) -> Person:
    person = Person(identity=identity, nickname=nickname)
    db.session.add(person)
    db.session.commit()
    tell("chat.person", shown(person))
    return person


def _called(identity: str) -> str:
    """Return what somebody is called at first: as in the profile, or else after the account."""
    user = current_user()
    name = re.sub(r"[^\w.-]+", "-", user.name if user else "").strip("-._")
    return name[:LONGEST_NAME] or identity.replace(":", "")


def _distinct(name: str) -> str:
    """Return a nickname that nobody else has."""
    return f"{name[: LONGEST_NAME - 9]}-{token_hex(4)}"


def rename(person: Person, nickname: str) -> bool:
    """Store a nickname and tell everyone; False where somebody else has it."""
    person.nickname, person.updated_at = nickname, now()
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    tell("chat.person", shown(person))
    return True


def stay(sid: str) -> None:
    """Note that whoever sends the current event has a page open: they are here as long as it is."""
    person = must_be_me()
    page = db.session.get(Connection, sid) or Connection(sid=sid, person_id=person.id)
    page.seen_at = now()
    db.session.add(page)
    db.session.commit()


def close(sid: str) -> None:
    """Note that a page is closed; whoever has no other is away."""
    whose = select(Connection.person_id).where(Connection.sid == sid).scalar_subquery()
    # One page after the other: of two that are closed at once, each would see the other open.
    locked = select(Person.id).where(Person.id == whose).with_for_update()
    if person_id := db.session.scalar(locked):
        # Of a process that has died, nobody says that the pages are closed.
        over = or_(Connection.sid == sid, Connection.seen_at < long_ago())
        own = Connection.person_id == person_id
        db.session.execute(delete(Connection).where(own, over))
        go_away(Person.id == person_id, ~select(Connection).where(own).exists())
    db.session.commit()


def go_away(*conditions: Any) -> list[Person]:
    """Mark people as away, and tell everyone."""
    statement = (
        update(Person)
        .where(Person.online, *conditions)
        .values(online=False, updated_at=now())
        .returning(Person)
    )
    gone = list(db.session.scalars(statement))
    ids = [person.id for person in gone]
    db.session.execute(delete(Connection).where(Connection.person_id.in_(ids)))
    db.session.commit()
    for person in gone:
        tell("chat.person", shown(person))
    return gone


def sweep() -> int:
    """Mark people as away of whom no sign has come; return how many those were."""
    return len(go_away(Person.seen_at < long_ago()))


def long_ago() -> datetime:
    """Return the moment since which whoever is here has given a sign of life."""
    return now() - timedelta(seconds=current_app.config["CHAT_AWAY_AFTER"])


def online() -> list[Person]:
    """Return who is here, by name."""
    found = select(Person).where(Person.online).order_by(Person.nickname).limit(200)
    return list(db.session.scalars(found))
