from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from flask_modular import db
from modules.notes.models import Note, now
from modules.notes.services import archive_old

from .conftest import Url

Get = Callable[..., Any]


@pytest.fixture
def get(client: FlaskClient, url: Url) -> Get:
    """Return a function that lists notes: `get(q="tea")`."""
    return lambda **query: client.get(url("_api.notes", **query)).json


def titles(page: Any) -> list[str]:
    return [note["title"] for note in page["items"]]


def test_notes_are_sorted_and_listed_page_by_page(get: Get, note: Note, old_note: Note) -> None:
    first = get(sort="title", limit=1, count="true")
    assert (titles(first), first["count"]) == (["Coffee"], 2)
    last = get(sort="title", limit=1, cursor=first["next"])
    assert (titles(last), last["next"]) == (["Tea"], None)


def test_notes_are_searched_and_filtered(get: Get, note: Note, old_note: Note) -> None:
    last_week = (now() - timedelta(days=7)).isoformat()
    assert titles(get(q="BLACK")) == ["Coffee"]
    assert titles(get(**{"updated_at[lte]": last_week})) == ["Coffee"]
    archive_old()
    assert titles(get(archived="false")) == ["Tea"]


def test_a_note_is_written_and_found_where_it_is_said_to_be(client: FlaskClient, url: Url) -> None:
    created = client.post(url("_api.notes"), json={"title": "Milk"})
    assert created.status_code == 201
    assert created.json is not None
    assert (created.json["body"], created.json["archived"]) == ("", False)
    assert client.get(created.headers["Location"]).json == created.json


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"body": "Without a title."}, "#/title"),
        ({"title": "x" * 201}, "#/title"),
        ({"title": "Milk", "author": "user:1"}, "#/author"),
    ],
)
def test_what_is_no_note_is_refused(
    client: FlaskClient, url: Url, body: dict[str, Any], pointer: str
) -> None:
    refused = client.post(url("_api.notes"), json=body)
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["errors"][0]["pointer"] == pointer
    assert db.session.scalar(select(Note)) is None


def test_a_note_is_replaced(client: FlaskClient, url: Url, note: Note) -> None:
    here = url("_api.note", note_id=note.id)
    assert client.put(here, json={"title": "Milk"}).status_code == 200
    db.session.refresh(note)
    assert (note.title, note.body) == ("Milk", "")


def test_a_change_to_what_somebody_else_changed_is_refused(
    client: FlaskClient, url: Url, note: Note
) -> None:
    here = url("_api.note", note_id=note.id)
    tag = {"If-Match": client.get(here).headers["ETag"]}
    assert client.patch(here, json={"title": "Milk"}, headers=tag).status_code == 200
    assert client.patch(here, json={"title": "Beer"}, headers=tag).status_code == 412
    db.session.refresh(note)
    assert (note.title, note.body) == ("Milk", "Green, from the hills.")


def test_a_note_is_deleted(client: FlaskClient, url: Url, note: Note) -> None:
    here = url("_api.note", note_id=note.id)
    assert client.delete(here).status_code == 204
    assert client.get(here).status_code == 404


def test_old_notes_are_archived_on_request(client: FlaskClient, url: Url, old_note: Note) -> None:
    answer = client.post(url("_api.archive"), json={"days": 30})
    if answer.status_code != 202:  # test_tasks.py goes on from there
        assert (answer.status_code, answer.json) == (200, {"archived": 1})


def test_an_archive_of_the_future_is_refused(client: FlaskClient, url: Url) -> None:
    assert client.post(url("_api.archive"), json={"days": -1}).status_code == 422
