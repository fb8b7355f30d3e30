"""The chat by socket, and what is pushed whatever way somebody writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from flask_modular import db
from modules.chat.models import Person, Reading, Room
from modules.chat.services import post, sweep
from modules.chat.tests.conftest import Write
from modules.live.services import disconnect

Emit = Callable[..., Any]


class Socket:
    """Somebody who listens in the room."""

    def __init__(self, app: Flask, client: FlaskClient, room: Room) -> None:
        from modules.live.services import push

        with app.app_context():
            push("chat.nothing")
        headers = {"Authorization": client.environ_base["HTTP_AUTHORIZATION"]}
        socketio = app.extensions["live"].socketio
        self.inner: SocketIOTestClient = Context().run(socketio.test_client, app, headers=headers)
        self.emit("live.join", room=f"chat:{room.id}")
        self.inner.get_received()

    def emit(self, event: str, **values: Any) -> Any:
        """Send an event, and return the answer."""
        db.session.commit()
        given = [values] if values else []
        return Context().run(self.inner.emit, event, *given, callback=True)

    def received(self, *events: str) -> list[tuple[str, Any]]:
        """Return what was pushed, of some events."""
        pushed = self.inner.get_received()
        return [(one["name"], one["args"][0]) for one in pushed if one["name"] in events]


@pytest.fixture
def ada(app: Flask, client: FlaskClient, room: Room) -> Iterator[Socket]:
    """Yield somebody who may do everything."""
    socket = Socket(app, client, room)
    yield socket
    if socket.inner.is_connected():
        socket.inner.disconnect()


@pytest.fixture
def listening(app: Flask, eve: FlaskClient, room: Room) -> Iterator[Socket]:
    """Yield Eve, who listens."""
    socket = Socket(app, eve, room)
    yield socket
    if socket.inner.is_connected():
        socket.inner.disconnect()


def test_a_message_reaches_those_in_the_room(ada: Socket, listening: Socket, room: Room) -> None:
    answer = ada.emit("chat.post", room_id=room.id, text="**Hi**")
    [(_, message)] = listening.received("chat.message")
    assert message == answer["data"]
    assert message["html"] == "<p><strong>Hi</strong></p>\n"


def test_what_is_posted_in_another_way_reaches_them_too(
    app: Flask, listening: Socket, room: Room
) -> None:
    with app.app_context():
        person = db.session.query(Person).filter_by(nickname="Eve").one()
        post(person, room.id, "By a job")
    [(_, message)] = listening.received("chat.message")
    assert message["source"] == "By a job"


def test_changes_and_deletions_reach_them(ada: Socket, listening: Socket, room: Room) -> None:
    number = ada.emit("chat.post", room_id=room.id, text="Tee")["data"]["id"]
    ada.emit("chat.edit", message_id=number, text="Tea")
    ada.emit("chat.delete", message_id=number)
    events = listening.received("chat.message", "chat.changed", "chat.deleted")
    assert [name for name, _ in events] == ["chat.message", "chat.changed", "chat.deleted"]
    assert (events[1][1]["source"], events[1][1]["edited"]) == ("Tea", True)


def test_others_messages_stay_as_they_are(ada: Socket, write: Write) -> None:
    number = write().id
    assert ada.emit("chat.edit", message_id=number, text="Mine")["status"] == 403
    assert ada.emit("chat.delete", message_id=number)["status"] == 403


@pytest.mark.parametrize(
    "values", [{"text": " "}, {"text": "x" * 4001}, {"room_id": 0}, {"room_id": "1"}]
)
def test_what_is_no_message_is_refused(ada: Socket, room: Room, values: dict[str, Any]) -> None:
    given = {"room_id": room.id, "text": "Hi", **values}
    assert ada.emit("chat.post", **given)["status"] == 422


def test_a_room_that_is_not_there_is_said_so(ada: Socket) -> None:
    assert ada.emit("chat.post", room_id=999, text="Hi")["status"] == 404
    assert ada.emit("chat.typing", room_id=999)["status"] == 404
    assert ada.emit("live.join", room="chat:999")["status"] == 403
    assert ada.emit("live.join", room="chat:x")["status"] == 403


def test_a_room_sees_who_is_writing(ada: Socket, listening: Socket, room: Room) -> None:
    assert ada.emit("chat.typing", room_id=room.id)["status"] == 200
    [(_, person)] = listening.received("chat.typing")
    assert person["nickname"].startswith("user")


def test_what_was_read_is_noted(ada: Socket, room: Room, write: Write) -> None:
    number = write().id
    ada.emit("chat.read", room_id=room.id, message_id=number)
    assert db.session.query(Reading.message_id).scalar() == number
    assert ada.emit("chat.read", room_id=999, message_id=number)["status"] == 404


def test_everyone_sees_who_comes_and_goes(app: Flask, ada: Socket, listening: Socket) -> None:
    ada.emit("chat.ping")
    db.session.expire_all()
    person = db.session.query(Person).filter(Person.nickname != "Eve").one()
    assert person.online
    with app.app_context():
        disconnect(person.identity)
    told = listening.received("chat.person")
    assert (told[-1][1]["id"], told[-1][1]["online"]) == (person.id, False)


def test_everyone_sees_who_vanishes_and_who_is_back(
    app: Flask, ada: Socket, listening: Socket
) -> None:
    listening.emit("chat.ping")
    with app.app_context():
        db.session.query(Person).filter_by(nickname="Eve").one().seen_at -= timedelta(days=1)
        db.session.commit()
        assert sweep() == 1
    listening.emit("chat.ping")
    told = [(one["nickname"], one["online"]) for _, one in ada.received("chat.person")]
    assert told[-2:] == [("Eve", False), ("Eve", True)]
