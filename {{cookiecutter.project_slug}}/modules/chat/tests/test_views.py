"""The chat without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import db
from flask_modular.html import Page, parse
from modules.chat.models import Message, Person, Room
from modules.chat.tests.conftest import Url, Write

Open = Callable[..., Page]


def test_a_room_is_opened_and_written_in(page: Open, url: Url) -> None:
    form = page(url(".index")).follow("New room")
    room = form.submit({"name": "<b>Kitchen</b>", "topic": "Tea"})
    assert room.select("h1")[0].text == "<b>Kitchen</b>"
    shown = room.submit({"text": "Who *wants* tea?"}, action=room.url)
    assert shown.select("em")[0].text == "wants"


def test_a_room_of_the_same_name_is_refused(page: Open, url: Url, room: Room) -> None:
    refused = page(url(".create")).submit({"name": "Kitchen", "topic": ""})
    assert "There is a room of this name." in refused.text


def test_an_empty_message_is_refused(page: Open, url: Url, room: Room) -> None:
    refused = page(url(".show", room_id=room.id)).submit({"text": " "})
    assert refused.select("h1")[0].text == "Kitchen"
    assert db.session.query(Message).count() == 0


def test_what_was_not_read_is_marked_until_it_is(
    page: Open, url: Url, room: Room, write: Write
) -> None:
    write()

    def marked() -> bool:
        mark, _ = page(url(".index")).select(class_="chat-unread")  # the second is a template's
        return "hidden" not in mark.attributes

    assert marked()
    page(url(".show", room_id=room.id))
    assert not marked()


def test_older_messages_are_one_page_back(
    app: Flask, page: Open, url: Url, room: Room, write: Write
) -> None:
    size = app.config["CHAT_PAGE_SIZE"]
    for number in range(size + 1):
        write(f"message {number}.")
    newest = page(url(".show", room_id=room.id))
    assert "message 0." not in newest.text
    oldest = newest.follow("Older messages")
    assert "message 0." in oldest.text
    assert f"message {size}." in oldest.follow("Newer messages").text


def test_what_is_found_leads_into_its_room(page: Open, url: Url, room: Room, write: Write) -> None:
    write("Green tea")
    found = page(url(".index", q="TEA"))
    assert "Green tea" in found.text
    assert "in Kitchen" in found.text
    [link] = found.select("a", class_="chat-time")
    assert page(link.attributes["href"]).select("h1")[0].text == "Kitchen"
    assert "Nothing found" in page(url(".index", q="<none>")).text


def test_what_is_found_is_read_page_by_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch, page: Open, url: Url, write: Write
) -> None:
    monkeypatch.setitem(app.config, "CHAT_PAGE_SIZE", 2)
    for number in (1, 2, 3):
        write(f"tea {number}.")
    newest = page(url(".index", q="tea"))
    assert [one.text for one in newest.select(class_="chat-text")] == ["tea 3.", "tea 2."]
    oldest = newest.follow("Older messages")
    assert [one.text for one in oldest.select(class_="chat-text")] == ["tea 1."]
    assert "Older messages" not in oldest.links
    assert "tea 3." in oldest.follow("Newer messages").text


def test_the_link_to_a_message_that_is_gone_leads_to_the_end(
    page: Open, url: Url, room: Room, write: Write
) -> None:
    number, last = write("Hello").id, write("Never mind")
    db.session.delete(last)
    db.session.commit()
    shown = page(url(".show", room_id=room.id, after=number))
    assert "Hello" in shown.text


def test_the_link_to_the_first_message_of_all_leads_to_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, page: Open, url: Url, write: Write
) -> None:
    monkeypatch.setitem(app.config, "CHAT_PAGE_SIZE", 1)
    first = write("Hello", id=1)
    write("Later")
    shown = page(url(".find", message_id=first.id))
    assert "Hello" in shown.text
    assert "Older messages" not in shown.links


def test_ones_own_messages_are_changed_and_deleted(page: Open, url: Url, room: Room) -> None:
    shown = page(url(".show", room_id=room.id)).submit({"text": "Tee"})
    changed = page(link(shown, "Edit")).submit({"text": "Milk"})
    assert "Milk" in changed.text
    assert "hidden" not in changed.select(class_="chat-edited")[0].attributes
    deleted = page(link(changed, "Delete")).submit({})
    assert "The message was deleted." in deleted.text
    assert db.session.query(Message).count() == 0


def link(shown: Page, text: str) -> str:
    """Return where a link leads, and not that of the form of messages to come."""
    found = [one.attributes for one in shown.select("a") if one.text == text]
    return next(one["href"] for one in found if "href" in one)


def test_others_messages_are_not(client: FlaskClient, url: Url, write: Write) -> None:
    message_id = write().id
    for name in (".edit", ".delete"):
        assert client.get(url(name, message_id=message_id)).status_code == 403


def test_previews_are_text_and_nothing_else(
    client: FlaskClient, url: Url, room: Room, write: Write
) -> None:
    title = "<script>alert(1)</script>"
    write(previews=[{"url": "https://example.com/", "title": title, "text": title}])
    document = parse(client.get(url(".show", room_id=room.id)).text)
    [preview] = document.select("blockquote", class_="chat-preview")
    assert preview.text.count(title) == 2
    assert not [one for one in document.select("script") if "src" not in one.attributes]


def test_somebody_is_called_as_they_like(page: Open, url: Url, room: Room) -> None:
    form = page(url(".show", room_id=room.id)).follow("Change nickname")
    shown = form.submit({"nickname": "Ada.L-1_"})
    assert "Your nickname was changed." in shown.text
    assert shown.select("h1")[0].text == "Kitchen"
    assert "Ada.L-1_" in shown.select("ul", class_="chat-people")[0].text


@pytest.mark.parametrize(
    ("nickname", "said"),
    [
        ("Eve", "Somebody else has this nickname."),
        ("_ada", "begin with a letter or a digit."),
        ("x" * 41, "40"),
        ("", "This field is required."),
    ],
)
def test_a_nickname_that_cannot_be_is_refused(
    page: Open, url: Url, write: Write, nickname: str, said: str
) -> None:
    write()
    refused = page(url(".nickname")).submit({"nickname": nickname})
    [error] = refused.select(class_="invalid-feedback")
    assert said in error.text
    assert "Eve" in [one.nickname for one in db.session.query(Person)]


@pytest.mark.parametrize("room", ["x", "-1", "//evil.example"])
def test_the_way_back_from_a_nickname_stays_in_the_chat(page: Open, url: Url, room: str) -> None:
    assert page(url(".nickname", room=room)).links["Cancel"] == url(".index")


def test_strangers_have_no_nickname(visitor: FlaskClient, url: Url) -> None:
    assert visitor.get(url(".nickname")).status_code in (302, 401)


def test_strangers_read_and_are_told_to_sign_in(
    visitor: FlaskClient, url: Url, room: Room, write: Write
) -> None:
    write("Hello, world")
    text = visitor.get(url(".show", room_id=room.id)).text
    assert "Hello, world" in text
    assert "Sign in to write." in text


def test_a_page_beyond_any_message_is_none(client: FlaskClient, url: Url, room: Room) -> None:
    for wrong in ({"before": 2**31}, {"after": -1}):
        assert client.get(url(".show", room_id=room.id, **wrong)).status_code == 404
