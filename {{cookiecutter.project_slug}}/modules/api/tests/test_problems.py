"""Errors: problem documents for programs, pages for people."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from marshmallow import fields
from werkzeug.test import TestResponse

from flask_modular import has
from modules.api import services
from modules.api.problems import take_errors

PROBLEM = "application/problem+json"


class NoteSchema(services.Schema):
    """What the small application takes."""

    title = fields.String(required=True)


@pytest.fixture
def small(app: Flask) -> FlaskClient:
    """Return a client of a small application whose one address takes notes, or breaks."""
    made = Flask("small")
    made.config.update(API_PREFIX="/api", PROPAGATE_EXCEPTIONS=False)
    made.extensions.update(app.extensions)
    blueprint = Blueprint("notes", __name__)

    @blueprint.post("/api/notes")
    @services.parser.use_args(NoteSchema)
    def take(note: dict[str, str]) -> dict[str, str]:
        return note

    @blueprint.get("/api/broken")
    def broken() -> str:
        raise RuntimeError("the password is hunter2")

    @blueprint.get("/api/gone")
    def gone() -> str:
        abort(410, "The notes of that year are no longer kept.")

    made.register_blueprint(blueprint)
    take_errors(made)
    return made.test_client()


def is_problem(response: TestResponse, status: int) -> bool:
    body = response.get_json()
    return (
        (response.status_code, response.mimetype, body["status"]) == (status, PROBLEM, status)
        and bool(body["title"])
        and "<" not in response.text
    )


def test_an_address_where_nothing_is_is_a_problem(visitor: FlaskClient) -> None:
    assert is_problem(visitor.get("/api/no-such-thing"), 404)


def test_a_problem_has_the_id_of_its_request(visitor: FlaskClient) -> None:
    response = visitor.get("/api/no-such-thing", headers={"X-Request-ID": "abc"})
    assert response.get_json().get("request_id") == ("abc" if has("ops") else None)


def test_a_method_that_is_not_taken_is_a_problem_with_those_that_are(visitor: FlaskClient) -> None:
    response = visitor.delete("/api/openapi.json")
    assert is_problem(response, 405)
    assert "GET" in response.headers["Allow"]


def test_errors_elsewhere_are_pages_where_pages_are(visitor: FlaskClient) -> None:
    response = visitor.get("/no-such-page")
    assert response.status_code == 404
    assert response.mimetype == ("text/html" if has("site") else PROBLEM)


def test_a_fault_of_ours_says_nothing_of_its_cause(small: FlaskClient) -> None:
    response = small.get("/api/broken")
    assert is_problem(response, 500)
    assert "hunter2" not in response.text


def test_what_a_view_says_is_the_detail(small: FlaskClient) -> None:
    detail = small.get("/api/gone").get_json()["detail"]
    assert detail == "The notes of that year are no longer kept."


def test_what_is_no_json_is_an_unsupported_type(small: FlaskClient) -> None:
    assert is_problem(small.post("/api/notes", data={"title": "Form"}), 415)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"NaN", b'{"title": 1e999}', b"\xff", b"[" * 9999, b"[" * 200 + b"]" * 200]
)
def test_json_that_cannot_be_read_is_a_problem(small: FlaskClient, body: bytes) -> None:
    assert is_problem(small.post("/api/notes", data=body, content_type="application/json"), 400)


def test_a_body_that_cannot_be_used_is_pointed_at(small: FlaskClient) -> None:
    response = small.post("/api/notes", json={"a/b": 1})
    assert is_problem(response, 422)
    pointers = {one["pointer"] for one in response.get_json()["errors"]}
    assert pointers == {"#/title", "#/a~1b"}


def test_a_body_that_is_too_large_is_refused(
    app: Flask, small: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(small.application.config, "MAX_CONTENT_LENGTH", 10)
    assert is_problem(small.post("/api/notes", json={"title": "Longer than that"}), 413)
