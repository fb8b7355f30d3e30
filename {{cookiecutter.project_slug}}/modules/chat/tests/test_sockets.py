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
from flask_modular.html import Page
from modules.accounts.services import role_named
from modules.chat.models import Connection, Person, Reading, Room, now
from modules.chat.services import post, sweep
from modules.chat.tests.conftest import Url, Write
from modules.live.rechecks import recheck
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
        for name in ("all", room.id):
            self.emit("live.join", room=f"chat:{name}")
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


NO_TEXTS = [" ", "x" * 4001, "a\0b", "a\ud800b"]


@pytest.mark.parametrize(
    "values", [*({"text": one} for one in NO_TEXTS), {"room_id": 0}, {"room_id": "1"}]
)
def test_what_is_no_message_is_refused(ada: Socket, room: Room, values: dict[str, Any]) -> None:
    given = {"room_id": room.id, "text": "Hi", **values}
    assert ada.emit("chat.post", **given)["status"] == 422


@pytest.mark.parametrize("text", NO_TEXTS)
def test_a_message_does_not_become_none(ada: Socket, room: Room, text: str) -> None:
    number = ada.emit("chat.post", room_id=room.id, text="Hi")["data"]["id"]
    refused = ada.emit("chat.edit", message_id=number, text=text)
    assert (refused["status"], list(refused["errors"])) == (422, ["text"])


def test_who_writes_too_much_is_told_how_much_is_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch, ada: Socket, room: Room
) -> None:
    monkeypatch.setitem(app.config, "CHAT_LONGEST_MESSAGE", 5)
    refused = ada.emit("chat.post", room_id=room.id, text="Hello!")
    assert refused["errors"] == {"text": ["A message has 5 characters at most."]}


def test_everyone_hears_of_new_messages_and_whose_they_are(
    ada: Socket, listening: Socket, room: Room
) -> None:
    posted = ada.emit("chat.post", room_id=room.id, text="Tee")["data"]
    ada.emit("chat.edit", message_id=posted["id"], text="Tea")
    [(_, news)] = listening.received("chat.news")
    assert news == {"room_id": room.id, "person_id": posted["person"]["id"]}


def test_whoever_may_not_read_hears_nothing_of_people_and_rooms(
    app: Flask, monkeypatch: pytest.MonkeyPatch, ada: Socket, listening: Socket, room: Room
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_EVERYONE", [])
    role_named("chatters").permissions = ["chat.write"]
    db.session.commit()
    with app.app_context():
        recheck(app.extensions["live"])
    assert listening.emit("live.join", room="chat:all")["status"] == 403
    ada.emit("chat.post", room_id=room.id, text="Tea")
    ada.emit("chat.ping")
    assert listening.inner.get_received() == []


def test_a_room_that_is_not_there_is_said_so(ada: Socket) -> None:
    assert ada.emit("chat.post", room_id=999, text="Hi")["status"] == 404
    assert ada.emit("chat.typing", room_id=999)["status"] == 404
    assert ada.emit("live.join", room="chat:999")["status"] == 403
    assert ada.emit("live.join", room="chat:x")["status"] == 403


def test_a_message_has_one_time_whichever_way_it_comes(
    page: Callable[[str], Page], ada: Socket, room: Room, url: Url
) -> None:
    number = ada.emit("chat.post", room_id=room.id, text="Hi")["data"]["id"]
    told = ada.emit("chat.time", message_id=number)["data"]
    assert " ".join(told.split()) == page(url(".show", room_id=room.id)).select("time")[0].text
    assert ada.emit("chat.time", message_id=number + 1)["status"] == 404


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


def test_whoever_closes_one_of_two_windows_stays(
    app: Flask, eve: FlaskClient, ada: Socket, room: Room
) -> None:
    first, second = (Socket(app, eve, room) for _ in range(2))
    for window in (first, second):
        window.emit("chat.ping")
    for window, comes_and_goes in ((first, []), (second, [False])):
        ada.inner.get_received()
        db.session.commit()
        Context().run(window.inner.disconnect)
        assert [one["online"] for _, one in ada.received("chat.person")] == comes_and_goes


def test_a_page_that_died_with_its_process_holds_nobody_back(
    app: Flask, ada: Socket, listening: Socket
) -> None:
    listening.emit("chat.ping")
    person = db.session.query(Person).filter_by(nickname="Eve").one()
    died = Connection(sid="died", person_id=person.id, seen_at=now() - timedelta(days=1))
    db.session.add(died)
    db.session.commit()
    Context().run(listening.inner.disconnect)
    assert [one["online"] for _, one in ada.received("chat.person")][-1:] == [False]
    assert db.session.query(Connection).count() == 0


def test_a_page_of_another_module_that_is_closed_says_nothing_of_the_chat(
    ada: Socket, listening: Socket
) -> None:
    Context().run(listening.inner.disconnect)
    assert ada.received("chat.person") == []


def sweep_a_day_later(nickname: str) -> int:
    """Return how many are found to be away when somebody has given no sign of life for a day."""
    db.session.query(Person).filter_by(nickname=nickname).one().seen_at -= timedelta(days=1)
    db.session.commit()
    return sweep()


def test_of_pages_that_nobody_has_closed_the_sweep_knows(
    app: Flask, ada: Socket, listening: Socket
) -> None:
    listening.emit("chat.ping")
    with app.app_context():
        assert sweep_a_day_later("Eve") == 1
        assert db.session.query(Connection).count() == 0


def test_everyone_sees_who_vanishes_and_who_is_back(
    app: Flask, ada: Socket, listening: Socket
) -> None:
    listening.emit("chat.ping")
    with app.app_context():
        assert sweep_a_day_later("Eve") == 1
    listening.emit("chat.ping")
    told = [(one["nickname"], one["online"]) for _, one in ada.received("chat.person")]
    assert told[-2:] == [("Eve", False), ("Eve", True)]
