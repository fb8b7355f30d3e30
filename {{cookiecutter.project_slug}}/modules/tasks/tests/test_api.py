"""The status of jobs, as clients see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.wrappers import Response as BaseResponse

from flask_modular import db
from flask_modular.access import Guard
from flask_modular.registry import registry_of
from modules.tasks.services import JobError, accepted, job, run_queued

As = Callable[[str], None]


@job
def double(number: int) -> int:
    if number < 0:
        raise JobError("Only numbers above zero.")
    return 2 * number


@pytest.fixture
def as_(app: Flask, known: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> As:
    """Return a function that says who asks from now on; nobody may read the jobs of others."""
    known(double)
    registry = registry_of(app)
    monkeypatch.setattr(registry, "guard", Guard([lambda permission: ("No.", 403)], {}))

    def be(name: str) -> None:
        monkeypatch.setattr(registry, "identities", {"test": [lambda: name or None]})

    return be


def start(app: Flask, number: int = 21) -> Response:
    """Call a view that starts a job."""
    with app.test_request_context():
        return accepted(lambda: double.enqueue(number))()


def body(response: BaseResponse) -> dict[str, Any]:
    """Return the JSON of an answer."""
    found: dict[str, Any] = json.loads(response.get_data())
    return found


def test_the_view_answers_202_and_where_the_status_is(app: Flask, as_: As) -> None:
    as_("user:1")
    response = start(app)
    assert response.status_code == 202
    assert response.headers["Retry-After"] == "1"
    assert body(response)["state"] == "queued"
    assert response.headers["Location"].endswith(f"/tasks/jobs/{body(response)['id']}")


def test_the_status_is_202_until_the_job_is_done(app: Flask, visitor: FlaskClient, as_: As) -> None:
    as_("user:1")
    url = start(app).headers["Location"]
    waiting = visitor.get(url)
    assert (waiting.status_code, waiting.headers["Location"]) == (202, url)
    assert waiting.headers["Retry-After"] == "1"
    run_queued()
    done = visitor.get(url)
    assert (done.status_code, body(done)["state"], body(done)["result"]) == (200, "succeeded", 42)
    assert "Location" not in done.headers
    assert done.headers["Cache-Control"] == "no-store"


def test_a_failed_job_is_done_and_says_why(app: Flask, visitor: FlaskClient, as_: As) -> None:
    as_("")
    url = start(app, number=-1).headers["Location"]
    run_queued()
    done = visitor.get(url)
    assert (done.status_code, done.mimetype) == (500, "application/problem+json")
    assert body(done)["detail"] == "Only numbers above zero."
    assert body(done)["job"]["state"] == "failed"
    assert done.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("number", "status", "location"), [(21, 201, "/numbers/42"), (-1, 500, None)]
)
def test_a_job_that_is_done_says_where_its_result_is(
    app: Flask,
    visitor: FlaskClient,
    as_: As,
    known: Callable[..., None],
    number: int,
    status: int,
    location: str | None,
) -> None:
    as_("user:1")
    finds = job(location=lambda result: f"/numbers/{result}")(double.function)
    known(finds)
    with app.test_request_context():
        url = accepted(lambda: finds.enqueue(number))().headers["Location"]
    run_queued()
    done = visitor.get(url)
    assert (done.status_code, done.headers.get("Location")) == (status, location)


def test_others_are_told_that_there_is_no_such_job(
    app: Flask, visitor: FlaskClient, as_: As
) -> None:
    as_("user:1")
    url = start(app).headers["Location"]
    as_("user:2")
    assert visitor.get(url).status_code == 404
    as_("")
    assert visitor.get(url).status_code == 404
    assert visitor.get(f"{url[:-36]}{uuid4()}").status_code == 404


def test_who_may_read_all_jobs_sees_those_of_others(
    app: Flask, visitor: FlaskClient, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_("user:1")
    url = start(app).headers["Location"]
    as_("user:2")
    asked = []
    monkeypatch.setattr(registry_of(app), "guard", Guard([lambda one: asked.append(one)], {}))
    assert visitor.get(url).status_code == 202
    assert [str(one) for one in asked] == ["tasks.read_all"]


def test_a_job_that_nobody_signed_in_for_is_shown_to_who_knows_its_id(
    app: Flask, visitor: FlaskClient, as_: As
) -> None:
    as_("")
    assert visitor.get(start(app).headers["Location"]).status_code == 202


def test_a_job_of_the_system_is_shown_to_nobody(app: Flask, visitor: FlaskClient, as_: As) -> None:
    as_("")
    url = start(app).headers["Location"]
    made = double.enqueue(1)
    db.session.commit()
    assert visitor.get(f"{url[:-36]}{made.id}").status_code == 404


def test_the_list_holds_ones_own_jobs(app: Flask, visitor: FlaskClient, as_: As) -> None:
    for owner in ("user:2", "", "user:1", "user:1"):
        as_(owner)
        mine = start(app)
    url = mine.headers["Location"][:-37]
    found = body(visitor.get(f"{url}?sort=-created_at"))["items"]
    assert len(found) == 2
    assert found[0]["id"] == body(mine)["id"]
    as_("")
    assert body(visitor.get(url))["items"] == []
