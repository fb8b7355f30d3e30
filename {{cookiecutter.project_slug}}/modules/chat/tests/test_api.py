from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from flask_modular import current_registry, db
from modules.chat.models import Message, Person, Room
from modules.chat.tests.conftest import Clock, Url, Write


def test_a_message_is_posted_and_found_where_it_is_said_to_be(
    client: FlaskClient, visitor: FlaskClient, url: Url, room: Room
) -> None:
    created = client.post(url("_api.messages", room_id=room.id), json={"source": "**Hi**"})
    assert created.status_code == 201
    shown = visitor.get(created.headers["Location"]).get_json()
    assert (shown["source"], shown["html"]) == ("**Hi**", "<p><strong>Hi</strong></p>\n")


@pytest.mark.parametrize("source", ["", "  \n", "x" * 4001, 5, None])
def test_what_is_no_message_is_refused(
    client: FlaskClient, url: Url, room: Room, source: Any
) -> None:
    refused = client.post(url("_api.messages", room_id=room.id), json={"source": source})
    assert refused.status_code == 422
    assert db.session.query(Message).count() == 0


def test_there_is_no_writing_into_a_room_that_is_not_there(client: FlaskClient, url: Url) -> None:
    answer = client.post(url("_api.messages", room_id=999), json={"source": "Hi"})
    assert answer.status_code == 404


def test_a_nickname_hears_what_it_may_be(client: FlaskClient, url: Url) -> None:
    [person] = client.get(url("_api.people")).get_json()["items"]
    refused = client.patch(person["links"]["self"], json={"nickname": "_ada"})
    assert refused.status_code == 422
    assert "begin with a letter or a digit." in refused.text


def test_messages_since_a_moment_are_listed_in_order(
    visitor: FlaskClient, url: Url, room: Room, write: Write
) -> None:
    first, second = write("one"), write("two")
    listed = visitor.get(url("_api.messages", room_id=room.id)).get_json()["items"]
    assert [one["id"] for one in listed] == [first.id, second.id]
    since = {"updated_at[gte]": second.updated_at.isoformat()}
    listed = visitor.get(url("_api.messages", room_id=room.id, **since)).get_json()["items"]
    assert [one["id"] for one in listed] == [second.id]
    wrong = {"updated_at[gte]": "abc"}
    assert visitor.get(url("_api.messages", room_id=room.id, **wrong)).status_code == 422


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_message_is_its_authors(
    client: FlaskClient, eve: FlaskClient, url: Url, write: Write, method: str
) -> None:
    here = url("_api.message", message_id=write("Mine").id)
    body = {"json": {"source": "Changed"}} if method == "patch" else {}
    assert getattr(client, method)(here, **body).status_code == 403
    assert client.get(here).get_json()["source"] == "Mine"
    assert getattr(eve, method)(here, **body).status_code in (200, 204)
    db.session.expire_all()
    assert [one.source for one in db.session.query(Message)] == ["Changed"][: method == "patch"]


def test_strangers_read_and_do_not_write(visitor: FlaskClient, url: Url, room: Room) -> None:
    assert visitor.get(url("_api.rooms")).get_json()["items"][0]["name"] == "Kitchen"
    answer = visitor.post(url("_api.messages", room_id=room.id), json={"source": "Hi"})
    assert answer.status_code == 401


def test_a_room_has_a_name_of_its_own(client: FlaskClient, url: Url, room: Room) -> None:
    assert client.post(url("_api.rooms"), json={"name": "Garden"}).status_code == 201
    assert client.post(url("_api.rooms"), json={"name": "Kitchen"}).status_code == 409


def test_people_are_listed_by_whether_they_are_here(
    client: FlaskClient, eve: FlaskClient, url: Url
) -> None:
    eve.get(url("_api.rooms"))
    listed = client.get(url("_api.people", online="true", sort="nickname")).get_json()["items"]
    assert "Eve" in [one["nickname"] for one in listed]
    assert "identity" not in listed[0]


def test_a_message_leads_to_its_room_and_its_author(
    visitor: FlaskClient, url: Url, room: Room, write: Write
) -> None:
    message = write("Hello")
    shown = visitor.get(url("_api.message", message_id=message.id)).get_json()
    there = visitor.get(shown["links"]["room"]).get_json()
    assert there["name"] == "Kitchen"
    assert visitor.get(shown["links"]["person"]).get_json()["nickname"] == "Eve"
    listed = visitor.get(there["links"]["messages"]).get_json()["items"]
    assert [one["links"] for one in listed] == [shown["links"]]


def test_a_nickname_is_ones_own_and_nobody_elses(
    client: FlaskClient, eve: FlaskClient, url: Url
) -> None:
    people = client.get(url("_api.people")).get_json()["items"]
    ids = {one["nickname"]: one["id"] for one in people}
    [other] = [name for name in ids if name != "Eve"]
    mine, hers = url("_api.person", person_id=ids[other]), url("_api.person", person_id=ids["Eve"])
    assert client.patch(mine, json={"nickname": "Ada"}).get_json()["nickname"] == "Ada"
    assert client.patch(mine, json={"nickname": "Eve"}).status_code == 409
    assert client.patch(mine, json={"nickname": "<b>"}).status_code == 422
    assert client.patch(hers, json={"nickname": "Mallory"}).status_code == 403


def test_statistics_are_shown(visitor: FlaskClient, url: Url) -> None:
    assert visitor.get(url("_api.show_statistics")).get_json() == {
        "online": 0,
        "messages_per_second": 0,
    }


def test_people_who_changed_since_a_moment_are_listed(
    visitor: FlaskClient, url: Url, clock: Clock, write: Write
) -> None:
    write()
    clock.moment += timedelta(hours=1)
    db.session.add(Person(identity="user:0", nickname="Ada"))
    db.session.commit()
    since = {"updated_at[gte]": clock.moment.isoformat()}
    listed = visitor.get(url("_api.people", **since)).get_json()["items"]
    assert [one["nickname"] for one in listed] == ["Ada"]
    assert visitor.get(url("_api.people", **{"updated_at[gte]": "abc"})).status_code == 422


def test_a_person_is_shown_and_the_account_is_not(
    visitor: FlaskClient, url: Url, clock: Clock, write: Write
) -> None:
    person = write().person
    moment = "2026-02-28T23:59:00+00:00"
    assert visitor.get(url("_api.person", person_id=person.id)).get_json() == {
        "id": person.id,
        "nickname": "Eve",
        "online": True,
        "seen_at": moment,
        "created_at": moment,
        "updated_at": moment,
        "links": {"self": url("_api.person", person_id=person.id)},
    }


def test_where_a_message_is_can_be_said_outside_of_a_request(
    app: Flask, visitor: FlaskClient, url: Url, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = write("Found")
    path = url("_api.message", message_id=message.id)
    monkeypatch.setitem(app.config, "SERVER_NAME", "chat.example")
    monkeypatch.setitem(app.config, "PREFERRED_URL_SCHEME", "https")
    with app.app_context():
        endpoint = current_registry().endpoint("chat", "_api.message")
        link = url_for(endpoint, message_id=message.id)
    assert link == f"https://chat.example{path}"
    assert visitor.get(link).get_json()["source"] == "Found"
