"""The health pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import current_registry

Check = Callable[[], str | None]


@pytest.fixture
def checks(app: Flask) -> Iterator[list[Check]]:
    """Let a test add health checks to those of `ops`, and forget them after it."""
    with app.app_context():
        health = current_registry().health
    before = dict(health)
    extra: list[Check] = []
    health["shop"] = extra
    yield extra
    health.clear()
    health.update(before)


@pytest.fixture
def pending(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Stand in for the migrations that wait; empty unless a test fills it."""
    waiting: dict[str, list[str]] = {}
    app.extensions.pop("ops.migrated", None)
    monkeypatch.setattr("flask_modular.upgrades.pending", lambda: waiting)
    return waiting


def test_livez_answers_and_is_not_cached(client: FlaskClient) -> None:
    response = client.get("/livez")
    assert response.json == {"status": "ok"}
    assert response.headers["Cache-Control"] == "no-store"


def test_livez_asks_no_health_check(client: FlaskClient, checks: list[Check]) -> None:
    checks.append(lambda: "broken")
    assert client.get("/livez").status_code == 200


@pytest.mark.usefixtures("pending")
def test_readyz_names_every_check(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["checks"]["ops.database"] == "ok"
    assert response.json["checks"]["ops.migrations"] == "ok"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("pending")
def test_readyz_says_which_check_failed_but_not_why(
    client: FlaskClient, checks: list[Check], caplog: pytest.LogCaptureFixture
) -> None:
    def search() -> None:
        raise RuntimeError("password=hunter2")

    checks.append(search)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["status"] == "unavailable"
    assert response.json["checks"]["shop.search"] == "failed"
    assert "hunter2" not in response.text
    assert "hunter2" in caplog.text


@pytest.mark.usefixtures("pending")
def test_a_reason_makes_a_check_fail(
    client: FlaskClient, checks: list[Check], caplog: pytest.LogCaptureFixture
) -> None:
    checks.append(lambda: "the queue is full")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "the queue is full" not in response.text
    assert "the queue is full" in caplog.text


def test_pending_migrations_are_not_ready(
    client: FlaskClient, pending: dict[str, list[str]]
) -> None:
    pending["shop"] = ["4f1c"]
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["checks"]["ops.migrations"] == "failed"


def test_migrations_that_were_applied_stay_applied(
    client: FlaskClient, pending: dict[str, list[str]]
) -> None:
    assert client.get("/readyz").status_code == 200
    pending["shop"] = ["4f1c"]
    assert client.get("/readyz").status_code == 200


def test_a_database_that_is_gone_is_not_ready(
    client: FlaskClient, pending: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> None:
        raise OSError("no route to db.internal")

    monkeypatch.setattr("sqlalchemy.engine.Engine.connect", connect)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["checks"]["ops.database"] == "failed"
    assert "db.internal" not in response.text
