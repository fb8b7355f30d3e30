"""What administrators see of the chat, and do about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from flask_modular import db, has
from flask_modular.html import Page
from modules.chat.models import Message, Person, Room
from modules.chat.tests.conftest import Write

Open = Callable[..., Page]


def pages(name: str) -> str:
    """Return the URL of the pages of a table."""
    return url_for(f"admin_chat_{name}.index_view", _external=False)


def test_rooms_are_opened_and_renamed(page: Open, room: Room) -> None:
    shown = page(pages("room")).follow("New entry").submit({"name": "Garden", "topic": "Roses"})
    assert "It was created." in shown.text
    shown = page(pages("room")).follow("Kitchen").follow("Edit").submit({"name": "Pantry"})
    assert "It was saved." in shown.text
    assert sorted(one.name for one in db.session.query(Room)) == ["Garden", "Pantry"]


def test_a_room_goes_with_all_its_messages(page: Open, room: Room, write: Write) -> None:
    write()
    page(pages("room")).follow("Kitchen").follow("Delete").submit()
    assert (db.session.query(Room).count(), db.session.query(Message).count()) == (0, 0)


def test_a_message_is_found_and_deleted_and_never_changed(page: Open, write: Write) -> None:
    write("Buy <b>cheap</b> watches")
    write("Tea?")
    found = page(f"{pages('message')}?q=cheap")
    assert "Tea?" not in found.text
    details = found.follow("Kitchen")
    assert "Buy <b>cheap</b> watches" in details.text
    assert "Edit" not in details.links
    details.follow("Delete").submit()
    assert [one.source for one in db.session.query(Message)] == ["Tea?"]


def test_a_nickname_is_changed_to_one_that_people_could_choose(page: Open, write: Write) -> None:
    write()
    edit = page(pages("person")).follow("Eve").follow("Edit")
    assert "begin with a letter or a digit." in edit.submit({"nickname": "-b"}).text
    assert "It was saved." in edit.submit({"nickname": "Evelyn"}).text


def test_somebody_goes_with_all_that_they_wrote(page: Open, write: Write) -> None:
    write()
    page(pages("person")).follow("Eve").follow("Delete").submit()
    assert db.session.query(Person).filter_by(nickname="Eve").count() == 0
    assert db.session.query(Message).count() == 0


def test_what_is_deleted_goes_before_the_eyes_of_those_who_look(
    app: Flask, page: Open, eve: FlaskClient, room: Room, write: Write
) -> None:
    if not has("live"):
        pytest.skip("Nobody listens without live.")
    from modules.chat.tests.test_sockets import Socket

    number = write("Spam").id
    listening = Socket(app, eve, room)
    page(pages("message")).follow("Kitchen").follow("Delete").submit()
    assert listening.received("chat.deleted") == [
        ("chat.deleted", {"id": number, "room_id": room.id})
    ]
    page(pages("person")).follow("Eve").follow("Delete").submit()
    [(_, gone)] = listening.received("chat.person")[-1:]
    assert (gone["nickname"], gone["online"]) == ("Eve", False)
    listening.inner.disconnect()
