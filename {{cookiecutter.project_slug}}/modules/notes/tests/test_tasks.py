import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from flask_modular import current_registry, db, has
from flask_modular.html import Page
from modules.notes.models import Note
from modules.notes.tasks import archive_nightly
from modules.tasks.services import run_queued

from .conftest import Url


def test_old_notes_are_archived_at_night(note: Note, old_note: Note) -> None:
    assert archive_nightly() == {"archived": 1}
    assert (note.archived, old_note.archived) == (False, True)


def test_who_asks_for_the_archive_is_told_how_it_fares(
    client: FlaskClient, url: Url, note: Note, old_note: Note
) -> None:
    answer = client.post(url("_api.archive"), json={"days": 30})
    status = answer.headers["Location"]
    assert (answer.status_code, client.get(status).status_code) == (202, 202)
    run_queued()
    done = client.get(status)
    assert done.json is not None
    assert (done.status_code, done.json["result"]) == (200, {"archived": 1})
    db.session.refresh(old_note)
    assert old_note.archived


def test_a_link_leads_from_the_job_to_the_archive(
    app: Flask, client: FlaskClient, url: Url, old_note: Note
) -> None:
    job_id = client.post(url("_api.archive"), json={"days": 30}).get_json()["id"]
    run_queued()
    with app.test_request_context():
        if not has("site"):
            pytest.skip("There are no pages here.")
        path = url_for(current_registry().endpoint("tasks", ".show"), job_id=job_id)
    assert old_note.title in Page.open(client, path).follow("See the result").text
