"""What the server sends, to whom, and who no longer gets it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from modules.live.hub import Hub
from modules.live.rechecks import recheck
from modules.live.services import disconnect, push
from modules.live.tests.conftest import Connect, members, signed_in


def test_everyone_gets_what_is_pushed(app: Flask, connect: Connect) -> None:
    people = [connect("ada"), connect("ada"), connect("eve")]
    with app.app_context():
        push("probe.news", {"at": datetime(2026, 1, 31, tzinfo=UTC)})
    for one in people:
        [(event, data)] = one.received()
        assert event == "probe.news"
        assert "2026" in data["at"]


def test_one_person_gets_what_is_for_them(app: Flask, connect: Connect) -> None:
    phone, laptop, eve = connect("ada"), connect("ada"), connect("eve")
    with app.app_context():
        push("probe.news", 1, to="ada")
    assert phone.received() == laptop.received() == [("probe.news", 1)]
    assert eve.received() == []


def test_a_room_gets_what_is_for_it_until_one_leaves(app: Flask, connect: Connect) -> None:
    members.update({("ada", "5"), ("eve", "5")})
    ada, eve, outside = connect("ada"), connect("eve"), connect("eve")
    for one in (ada, eve):
        one.emit("live.join", {"room": "probe:5"})
    eve.emit("live.leave", {"room": "probe:5"})
    with app.app_context():
        push("probe.news", 1, room="probe:5")
    assert [one.received() for one in (ada, eve, outside)] == [[("probe.news", 1)], [], []]


def test_nobody_gets_what_is_for_a_person_by_a_room_of_that_name(
    app: Flask, connect: Connect
) -> None:
    members.add(("eve", "ada"))
    eve = connect("eve")
    assert eve.emit("live.join", {"room": "probe:ada"})["status"] == 200
    with app.app_context():
        push("probe.news", 1, to="probe:ada")
    assert eve.received() == []


def test_a_process_to_which_nobody_connects_makes_no_server(app: Flask, hub: Hub) -> None:
    with app.app_context():
        push("probe.news", 1)
        disconnect("ada")
    assert hub.made is None


def test_all_connections_of_a_person_are_ended(app: Flask, connect: Connect) -> None:
    phone, laptop, eve = connect("ada"), connect("ada"), connect("eve")
    with app.app_context():
        disconnect("ada")
        disconnect("")  # nobody, and not all strangers
    assert [one.connected for one in (phone, laptop, eve)] == [False, False, True]


def test_who_was_signed_out_is_disconnected(hub: Hub, connect: Connect) -> None:
    ada, eve = connect("ada"), connect("eve")
    signed_in.remove("ada")
    recheck(hub)
    assert [ada.connected, eve.connected] == [False, True]


def test_who_lost_a_room_gets_no_more_of_it(app: Flask, hub: Hub, connect: Connect) -> None:
    members.update({("ada", "5"), ("eve", "5")})
    ada, eve = connect("ada"), connect("eve")
    for one in (ada, eve):
        one.emit("live.join", {"room": "probe:5"})
    members.remove(("eve", "5"))
    recheck(hub)
    with app.app_context():
        push("probe.news", 1, room="probe:5")
    assert (ada.received(), eve.received()) == ([("probe.news", 1)], [])


@pytest.mark.usefixtures("hub")
def test_what_json_does_not_know_is_an_error_for_the_one_who_pushes(
    app: Flask, connect: Connect
) -> None:
    connect("ada")
    with app.app_context(), pytest.raises(TypeError):
        push("probe.news", object())
