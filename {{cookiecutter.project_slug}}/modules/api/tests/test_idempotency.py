"""`Idempotency-Key`: a POST that is sent twice is carried out once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from flask_modular import db
from flask_modular.registry import registry_of
from modules.api.models import IdempotentRequest
from modules.api.tests.probing import is_problem, places

PRODUCTS = "/api/probe/products"
Post = Callable[..., TestResponse]


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """Return a function that sends a POST with a key."""

    def send(name: str = "Tea", key: str = "key", path: str = PRODUCTS) -> TestResponse:
        return client.post(path, json={"name": name}, headers={"Idempotency-Key": key})

    return send


def replayed(response: TestResponse) -> bool:
    """Tell whether an answer was given before."""
    return response.headers.get("Idempotency-Replayed") == "true"


def answers(client: FlaskClient) -> list[str]:
    """Return what views have written."""
    return [
        one["name"]
        for name in ("products", "categories")
        for one in client.get(f"/api/probe/{name}").get_json()["items"]
    ]


def test_the_same_request_is_answered_as_before(client: FlaskClient, post: Post) -> None:
    first, second = post(), post()
    assert (first.status_code, replayed(first)) == (201, False)
    assert (second.status_code, second.data, replayed(second)) == (201, first.data, True)
    for name in ("Location", "ETag", "Content-Type"):
        assert second.headers[name] == first.headers[name]
    assert answers(client) == ["Tea"]


def test_a_refusal_is_answered_as_before(client: FlaskClient, post: Post) -> None:
    client.post(PRODUCTS, json={"name": "Tea"})
    first, second = post(), post()
    assert is_problem(first, 409)
    assert (second.status_code, second.data, replayed(second)) == (409, first.data, True)


def test_another_request_with_the_same_key_is_refused(client: FlaskClient, post: Post) -> None:
    post()
    for refused in (post("Coffee"), post(path=f"{PRODUCTS}?a=b")):
        assert is_problem(refused, 422)
        assert places(refused) == {"Idempotency-Key"}
    assert answers(client) == ["Tea"]


def test_a_key_belongs_to_an_address(client: FlaskClient, post: Post) -> None:
    post()
    assert post(path="/api/probe/categories").status_code == 201
    assert answers(client) == ["Tea", "Tea"]


def test_another_key_is_another_request(client: FlaskClient, post: Post) -> None:
    assert [post(f"Tea {key}", key).status_code for key in "ab"] == [201, 201]


def test_another_person_does_not_see_the_answer(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("user:1", "user:2"):
        identity: list[Callable[[], str | None]] = [lambda name=name: name]  # type: ignore[misc]
        monkeypatch.setattr(registry_of(app), "identities", {"test": identity})
        response = post()
        assert not replayed(response)
    assert is_problem(response, 409)  # the name is taken: that is the second person's own answer


@pytest.mark.parametrize("kind", ["secret", "cookie", "503", "429", "403", "401"])
def test_what_must_not_be_kept_is_carried_out_again(
    client: FlaskClient, post: Post, kind: str
) -> None:
    path = f"/api/probe/answers/{kind}"
    assert not replayed(post(path=path))
    assert not replayed(post(path=path))
    assert answers(client) == [f"{kind} 0", f"{kind} 1"]
    assert db.session.scalars(select(IdempotentRequest)).all() == []


def test_a_view_that_breaks_is_carried_out_again(
    app: Flask, client: FlaskClient, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise RuntimeError("broken")

    view = app.view_functions["probe_api.category_list"]
    monkeypatch.setitem(app.view_functions, "probe_api.category_list", lambda: fail())
    with pytest.raises(RuntimeError):
        post(path="/api/probe/categories")
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert is_problem(post(path="/api/probe/categories"), 500)
    monkeypatch.setitem(app.view_functions, "probe_api.category_list", view)
    assert post(path="/api/probe/categories").status_code == 201


def test_a_request_that_is_under_way_is_not_carried_out_again(post: Post) -> None:
    post()
    db.session.execute(update(IdempotentRequest).values(status=None, answer=None))
    waiting = post()
    assert is_problem(waiting, 409)
    assert waiting.headers["Retry-After"] == "1"


def test_answers_are_kept_as_long_as_the_settings_say(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "API_IDEMPOTENCY_HOURS", 2)
    post()
    left = db.session.scalars(select(IdempotentRequest.expires_at)).one() - datetime.now(UTC)
    assert timedelta(hours=1, minutes=59) < left <= timedelta(hours=2)


def test_an_answer_that_has_expired_is_forgotten(client: FlaskClient, post: Post) -> None:
    post()
    passed = datetime.now(UTC) - timedelta(seconds=1)
    db.session.execute(update(IdempotentRequest).values(expires_at=passed))
    assert post("Coffee").status_code == 201
    assert answers(client) == ["Tea", "Coffee"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "två", "a b"])
def test_a_key_that_cannot_be_used_is_pointed_at(client: FlaskClient, post: Post, key: str) -> None:
    refused = post(key=key)
    assert is_problem(refused, 400)
    assert places(refused) == {"Idempotency-Key"}
    assert answers(client) == []


def test_keys_of_other_methods_mean_nothing(client: FlaskClient, post: Post) -> None:
    here = post().headers["Location"]
    for stock in (1, 2):
        headers = {"Idempotency-Key": "key"}
        assert client.patch(here, json={"stock": stock}, headers=headers).status_code == 200
    assert client.get(here).get_json()["stock"] == 2


def test_what_was_sent_is_not_written_down(post: Post) -> None:
    post("A secret", key="another-secret")
    row = db.session.scalars(select(IdempotentRequest)).one()
    assert "secret" not in f"{row.scope} {row.body}"
