"""Somebody takes everything along, or leaves for good."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from flask_modular import db
from modules.accounts.services import User, delete_account, export_account, find_user
from modules.chat import personal
from modules.chat.models import Message, Person, Reading, Room
from modules.chat.services import mark_read
from modules.chat.tests.conftest import Write


@pytest.fixture
def message(room: Room, write: Write) -> Message:
    """Return a message of Eve's, which she has read."""
    message = write("Hello, I am Eve")
    mark_read(message.person, room.id, message.id)
    return message


def eves_account() -> User:
    found = find_user("eve@example.com")
    assert found is not None
    return found


def test_what_somebody_wrote_is_theirs_to_have(message: Message) -> None:
    kept = export_account(eves_account())["chat"]
    assert kept["nickname"] == "Eve"
    assert [(one["room"], one["source"]) for one in kept["messages"]] == [
        ("Kitchen", "Hello, I am Eve")
    ]


def test_what_somebody_wrote_stays_and_says_no_longer_who_it_was(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(personal, "tell", lambda event, data: told.append((event, data)))
    identity = eves_account().identity
    delete_account(eves_account())
    db.session.expire_all()
    assert message.source == "Hello, I am Eve"
    assert message.person.nickname.startswith("deleted-")
    assert db.session.scalar(select(Person).where(Person.identity == identity)) is None
    assert db.session.scalars(select(Reading)).all() == []
    assert [(event, one["nickname"], one["online"]) for event, one in told] == [
        ("chat.person", message.person.nickname, False)
    ]


def test_what_is_undone_is_not_told_with_what_is_done_after_it(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(personal, "tell", lambda *said: told.append(said))
    personal.erase(eves_account())
    db.session.rollback()
    message.source = "Hello again"
    db.session.commit()
    assert told == []


def test_somebody_who_was_never_here_leaves_nothing(room: Room) -> None:
    user = User(email="ada@example.com")
    db.session.add(user)
    db.session.commit()
    assert export_account(user)["chat"] == {}
    delete_account(user)
    assert db.session.query(Person).count() == 0
