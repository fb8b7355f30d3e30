"""What is done in the background: links get previews, and people who are gone are away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import url_for

from flask_modular import current_registry, db, lazy_gettext
from modules.tasks.services import Job, JobError, accepted, job, periodic, report

from . import services
from .markup import links
from .models import Message, Person, Room
from .previews import preview
from .pushing import tell
from .services import represent, sweep


@job(title=lazy_gettext("Previews of links"), max_retries=0)
def expand(message_id: int) -> dict[str, int]:
    """Fetch previews of what a message links to, and show them to those who have it before them."""
    message = db.session.get(Message, message_id)
    if message is None:
        return {"previews": 0}
    source = message.source
    db.session.rollback()  # nobody waits for this transaction while pages are fetched
    found = fetch(links(source))
    message = db.session.get(Message, message_id)
    if message is None or message.source != source or not found:
        return {"previews": 0}
    message.previews = found
    db.session.commit()
    tell("chat.changed", represent(message), room=message.room_id)
    return {"previews": len(found)}


def fetch(urls: list[str]) -> list[dict[str, Any]]:
    """Fetch previews of pages, and say how far that is."""
    found = []
    for number, url in enumerate(urls):
        report(number / len(urls), url)
        found.append(preview(url))
    return [one for one in found if one]


def url_of(message: dict[str, Any]) -> str:
    """Return where a message is, for other programs."""
    endpoint = current_registry().endpoint("chat", "_api.message")
    return url_for(endpoint, message_id=message["id"])


def page_of(message: dict[str, Any]) -> str:
    """Return where people find a message."""
    endpoint = current_registry().endpoint("chat", ".find")
    return url_for(endpoint, message_id=message["id"])


@job(title=lazy_gettext("New message"), location=url_of, page=page_of, max_retries=0)
def post_message(person_id: int, room_id: int, source: str) -> dict[str, Any]:
    """Post a message."""
    person = db.session.get(Person, person_id)
    if person is None or db.session.get(Room, room_id) is None:
        raise JobError("The room is not there any more.")
    return represent(services.post(person, room_id, source))


@job(title=lazy_gettext("Changed message"), page=page_of, max_retries=0)
def change_message(message_id: int, source: str) -> dict[str, Any]:
    """Change a message."""
    message = db.session.get(Message, message_id)
    if message is None:
        raise JobError("The message is not there any more.")
    return represent(services.change(message, source))


@accepted
def post(person_id: int, room_id: int, source: str) -> Job:
    """Post a message in the background."""
    return post_message.enqueue(person_id, room_id, source)


@accepted
def change(message_id: int, source: str) -> Job:
    """Change a message in the background."""
    return change_message.enqueue(message_id, source)


@periodic(every=timedelta(minutes=1))
def sweep_people() -> dict[str, int]:
    """Mark people as away of whom no sign has come."""
    return {"away": sweep()}
