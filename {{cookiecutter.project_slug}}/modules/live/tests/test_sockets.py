"""Events that clients send: who may, what they hold, what is answered."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from flask_modular import ModularError, current_registry
from modules.live.hub import Hub
from modules.live.services import connected, disconnected, on
from modules.live.tests.conftest import Connect, members, signed_in


def test_an_event_is_answered_by_its_function(connect: Connect) -> None:
    answer = connect("ada").emit("probe.say", {"text": "hello"})
    assert answer["status"] == 200
    assert (answer["data"]["who"], answer["data"]["text"]) == ("ada", "hello")
    assert "2026" in answer["data"]["on"]  # as the API writes a date
    assert connect("ada").emit("probe.ping")["data"] == "pong"


@pytest.mark.parametrize("values", [{}, {"text": ""}, {"text": 5}, {"text": "x", "more": 1}])
def test_values_that_are_wrong_are_named(connect: Connect, values: dict[str, Any]) -> None:
    answer = connect("ada").emit("probe.say", values)
    assert answer["status"] == 422
    assert answer["errors"].keys() & {"text", "more"}


@pytest.mark.parametrize("values", [(), ("text",), (["text"],), ({"text": "a"}, {"text": "b"})])
def test_anything_but_one_object_is_refused(connect: Connect, values: tuple[Any, ...]) -> None:
    assert connect("ada").emit("probe.say", *values)["detail"] == "Send one object."


def test_an_event_without_values_takes_none(connect: Connect) -> None:
    assert connect("ada").emit("probe.ping", {"text": "hello"})["status"] == 422


def test_an_unknown_event_is_said_so(connect: Connect) -> None:
    answer = connect("ada").emit("probe.nothing", {})
    assert answer == {"status": 404, "detail": 'There is no event "probe.nothing".'}


def test_the_policies_are_asked(connect: Connect) -> None:
    answer = connect("ada").emit("probe.write")
    assert answer == {"status": 403, "detail": "This takes a permission."}


def test_an_event_that_declares_no_access_is_refused(connect: Connect) -> None:
    assert connect("ada").emit("probe.forgotten")["status"] == 403


def test_what_a_function_says_is_told(connect: Connect) -> None:
    assert connect("ada").emit("probe.refuse") == {"status": 409, "detail": "Not now."}


def test_a_fault_is_logged_and_not_told(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    ada = connect("ada")
    assert ada.emit("probe.fail") == {
        "status": 500,
        "detail": "Something went wrong on our side.",
    }
    assert "hunter2" in caplog.text
    assert ada.emit("probe.ping")["status"] == 200


def test_somebody_who_sends_too_much_is_slowed_down(
    app: Flask, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIVE_EVENT_LIMIT", "2 per hour")
    first, second, eve = connect("ada"), connect("ada"), connect("eve")
    answers = [one.emit("probe.ping")["status"] for one in (first, second, second, eve)]
    assert answers == [200, 200, 429, 200]


def test_strangers_of_one_network_count_together(
    app: Flask, hub: Hub, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIVE_ANONYMOUS", True)
    monkeypatch.setitem(app.config, "LIVE_EVENT_LIMIT", "1 per hour")
    strangers = [connect() for _ in range(3)]
    addresses = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    for environ, address in zip(hub.server.environ.values(), addresses, strict=True):
        environ["REMOTE_ADDR"] = address
    assert [one.emit("probe.ping")["status"] for one in strangers] == [200, 429, 200]


def test_a_stranger_may_not_connect(connect: Connect) -> None:
    assert not connect().connected
    assert not connect("mallory").connected


def test_a_stranger_may_connect_where_the_setting_says_so(
    app: Flask, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIVE_ANONYMOUS", True)
    assert connect().emit("probe.say", {"text": "hello"})["data"]["who"] == ""
    assert not connect("mallory").connected  # credentials that are wrong are no anonymity


@pytest.mark.usefixtures("hub")
def test_anyone_may_connect_where_nobody_knows_people(
    connect: Connect, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        monkeypatch.setattr(current_registry(), "identities", {})
    assert connect().connected


def test_browsers_send_a_token_with_the_connection(connect: Connect) -> None:
    assert connect(auth={"token": "ada"}).emit("probe.say", {"text": "x"})["data"]["who"] == "ada"
    assert not connect(auth={"token": "mallory"}).connected
    assert not connect(auth=["ada"]).connected


def test_each_event_is_judged_anew(connect: Connect) -> None:
    ada = connect("ada")
    signed_in.remove("ada")
    answer = ada.emit("probe.say", {"text": "hello"})
    assert answer == {"status": 401, "detail": "You are signed out."}


def test_a_room_is_joined_if_its_module_says_so(connect: Connect) -> None:
    members.add(("ada", "5"))
    assert connect("ada").emit("live.join", {"room": "probe:5"})["status"] == 200
    for name, room in (("eve", "probe:5"), ("ada", "probe:6"), ("ada", "nobody:5"), ("ada", "5")):
        answer = connect(name).emit("live.join", {"room": room})
        assert answer == {"status": 403, "detail": f'You may not join "{room}".'}


def test_modules_hear_who_comes_and_goes(app: Flask, connect: Connect) -> None:
    heard: list[tuple[str, str]] = []

    def come(_: Flask, *, identity: str, sid: str) -> None:
        heard.append(("come", identity))

    def go(_: Flask, *, identity: str, sid: str) -> None:
        heard.append(("go", identity))

    with connected.connected_to(come, app), disconnected.connected_to(go, app):
        connect("ada").inner.disconnect()
        connect("mallory")
    assert heard == [("come", "ada"), ("go", "ada")]


def test_an_event_has_its_module_in_its_name(hub: Hub) -> None:
    part = ModuleType("modules.blog.sockets")

    @on("post")
    def post() -> None: ...

    post.__module__ = part.__name__
    part.post = post  # type: ignore[attr-defined]
    with pytest.raises(ModularError, match=r'name it "blog\.post"'):
        hub.collect("blog", part)


@pytest.mark.usefixtures("hub")
def test_events_stand_where_the_tools_look_for_undeclared_ones(app: Flask) -> None:
    with app.app_context():
        assert {"probe.forgotten", "live.join"} <= current_registry().actions.keys()
