"""A room, two people, and the module's URLs wherever it is mounted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from flask_modular import current_registry, db
from modules.accounts.services import User, create_token, role_named
from modules.chat.markup import render
from modules.chat.models import Message, Person, Room

Url = Callable[..., str]
Write = Callable[..., Message]


@pytest.fixture
def url(app: Flask) -> Url:
    """Return a function that makes URLs: `url(".show", room_id=1)`, `url("_api.rooms")`."""

    def make(endpoint: str, **values: Any) -> str:
        with app.test_request_context():
            return url_for(current_registry().endpoint("chat", endpoint), **values)

    return make


class Clock:
    """A clock that shows what it is set to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)

    def now(self, zone: object) -> datetime:
        """Stand in for `datetime.now`."""
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Have the chat live by a clock of the test's, until it is over."""
    clock = Clock()
    monkeypatch.setattr("modules.chat.models.datetime", clock)
    return clock


@pytest.fixture
def room(db_session: Any) -> Room:
    """Return a room."""
    room = Room(name="Kitchen", topic="Tea and talk")
    db_session.add(room)
    db_session.commit()
    return room


@pytest.fixture
def eve(app: Flask, db_session: Any) -> FlaskClient:
    """Return the client of somebody else than `client` is."""
    client = app.test_client()
    role = role_named("chatters", ["chat.*"])
    user = User(email="eve@example.com", roles=[role])
    _, text = create_token(user, "tests", ["*"])
    db.session.commit()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    db_session.add(Person(identity=f"user:{user.id}", nickname="Eve"))
    db_session.commit()
    return client


@pytest.fixture
def write(room: Room, eve: FlaskClient) -> Write:
    """Return a function that has Eve write in the room, without anybody being told."""

    def write(source: str = "Hello", **values: Any) -> Message:
        person = db.session.query(Person).filter_by(nickname="Eve").one()
        given = {"room_id": room.id, "person": person, "source": source, **values}
        message = Message(**{"html": render(source), **given})
        db.session.add(message)
        db.session.commit()
        return message

    return write
