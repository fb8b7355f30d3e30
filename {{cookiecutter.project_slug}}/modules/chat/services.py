"""What is done with rooms and messages, whoever asks: pages, the API, sockets, jobs."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec
from typing import Any

from flask import abort, current_app
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from flask_modular import db, has

from .markup import links, render
from .models import Message, Person, Reading, Room, now
from .people import me, must_be_me, online, rename, shown, sweep
from .pushing import tell

MOST_ROOMS = 500  # of a list that is shown at once

__all__ = [
    "change",
    "create_room",
    "history",
    "mark_read",
    "me",
    "must_be_me",
    "online",
    "own",
    "post",
    "remove",
    "rename",
    "represent",
    "rooms",
    "search",
    "statistics",
    "sweep",
    "tell_room",
    "typing",
]


def rooms(person: Person | None) -> list[tuple[Room, bool]]:
    """Return the rooms by name, each with whether somebody has messages to read there."""
    person_id = person.id if person else 0
    read = func.coalesce(Reading.message_id, 0)
    new = (Message.room_id == Room.id, Message.id > read, Message.person_id != person_id)
    unread = select(Message.id).where(*new).correlate(Room, Reading).exists()
    mine = and_(Reading.room_id == Room.id, Reading.person_id == person_id)
    found = select(Room, unread).outerjoin(Reading, mine).order_by(Room.name).limit(MOST_ROOMS)
    return [(room, bool(person) and new) for room, new in db.session.execute(found)]


def create_room(room: Room) -> bool:
    """Store a room and tell everyone; False where another one has its name."""
    db.session.add(room)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    tell_room(room)
    return True


def tell_room(room: Room) -> None:
    """Tell everyone what a room is called now."""
    tell("chat.room", {"id": room.id, "name": room.name, "topic": room.topic})


def post(person: Person, room_id: int, source: str) -> Message:
    """Post a message at once; previews of its links come later.

    :raises NotFound: for a room that is not there.
    """
    if db.session.get(Room, room_id) is None:
        abort(404)
    message = Message(room_id=room_id, person=person, source=source, html=render(source))
    db.session.add(message)
    _publish(message, "chat.message")
    tell("chat.news", {"room_id": room_id, "person_id": message.person_id})
    return message


def change(message: Message, source: str) -> Message:
    """Replace the text of a message."""
    message.source, message.html = source, render(source)
    message.previews, message.edited_at = [], now()
    _publish(message, "chat.changed")
    return message


def _publish(message: Message, event: str) -> None:
    db.session.flush()
    if current_app.config["CHAT_PREVIEWS"] and links(message.source):
        _expand_later(message)
    db.session.commit()
    tell(event, represent(message), room=message.room_id)


def _expand_later(message: Message) -> None:
    # A project that was made without the module `tasks` has no tasks.py, and may get it later.
    if has("tasks") and find_spec(".tasks", __package__):
        from .tasks import expand

        expand.enqueue(message.id)


def remove(message: Message) -> None:
    """Delete a message."""
    data = {"id": message.id, "room_id": message.room_id}
    db.session.delete(message)
    db.session.commit()
    tell("chat.deleted", data, room=data["room_id"])


def own(message_id: int) -> Message:
    """Return a message of whoever asks.

    :raises HTTPException: 404 where there is none, 403 where it is somebody else's.
    """
    message = db.session.get(Message, message_id) or abort(404)
    if message.person_id != must_be_me().id:
        abort(403, "This is somebody else's message.")
    return message


def represent(message: Message) -> dict[str, Any]:
    """Return what clients are told of a message."""
    return {
        "id": message.id,
        "room_id": message.room_id,
        "person": shown(message.person),
        "source": message.source,
        "html": message.html,
        "previews": message.previews,
        "created_at": message.created_at.isoformat(),
        "edited": message.edited_at is not None,
    }


def history(
    room: Room, *, before: int | None = None, after: int | None = None
) -> tuple[list[Message], bool, bool]:
    """Return a page of a room in order, and whether there are older and newer messages.

    :param before: the message that the page ends before, instead of at the end of the room.
    :param after: the message that the page begins after, instead; 0 stands for the first page.
    """
    return _page(select(Message).where(Message.room_id == room.id), before, after)


def search(
    q: str, *, before: int | None = None, after: int | None = None
) -> tuple[list[Message], bool, bool]:
    """Return a page of the messages that contain a text, wherever they are, as `history` does."""
    text = q.replace("\0", "")  # PostgreSQL takes none
    found = select(Message).where(Message.source.icontains(text, autoescape=True))
    return _page(found.options(joinedload(Message.room)), before, after)


def _page(
    found: Select[Message], before: int | None, after: int | None
) -> tuple[list[Message], bool, bool]:
    """Return a page in order; the last one in place of one on which there is nothing."""
    if after is not None:
        page, newer = _some(found.where(Message.id > after), Message.id.asc())
        older = bool(page) and _any(found.where(Message.id <= after))
    elif before is not None:
        page, older = _some(found.where(Message.id < before), Message.id.desc())
        page, newer = page[::-1], bool(page) and _any(found.where(Message.id >= before))
    else:
        page, older = _some(found, Message.id.desc())
        return page[::-1], older, False
    return (page, older, newer) if page else _page(found, None, None)


def _some(found: Select[Message], order: ColumnElement[int]) -> tuple[list[Message], bool]:
    """Return the first messages, as many as a page has, and whether there are more."""
    size = current_app.config["CHAT_PAGE_SIZE"]
    page = list(db.session.scalars(found.order_by(order).limit(size + 1)))
    return page[:size], len(page) > size


def _any(found: Select[Message]) -> bool:
    return bool(db.session.scalar(select(found.exists())))


def mark_read(person: Person, room_id: int, message_id: int) -> None:
    """Note that somebody has read up to a message; never back."""
    reading = db.session.get(Reading, (person.id, room_id))
    if reading is None:
        db.session.add(Reading(person_id=person.id, room_id=room_id, message_id=message_id))
    elif reading.message_id < message_id:
        reading.message_id = message_id
    try:
        db.session.commit()
    except IntegrityError:  # another window was faster
        db.session.rollback()


def typing(room_id: int) -> None:
    """Tell a room that somebody is writing there."""
    tell("chat.typing", shown(must_be_me()), room=room_id)


def statistics() -> dict[str, Any]:
    """Return how busy it is, in all processes."""
    minute = now() - timedelta(minutes=1)
    recent = select(func.count()).select_from(Message).where(Message.created_at >= minute)
    here = select(func.count()).select_from(Person).where(Person.online)
    messages = db.session.scalar(recent) or 0
    return {
        "online": db.session.scalar(here) or 0,
        "messages_per_second": round(messages / 60, 3),
    }
