"""Whoever waits for a job is told that it moves on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy.orm import Session, scoped_session

from flask_modular import db
from flask_modular.access import Guard
from flask_modular.registry import registry_of
from modules.tasks.leases import Lease
from modules.tasks.models import Job
from modules.tasks.queue import claim
from modules.tasks.services import JobError, job, run_queued


@job
def refuse() -> None:
    raise JobError("No.")


@pytest.fixture
def ada(
    app: Flask,
    known: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    db_session: scoped_session[Session],
) -> Iterator[SocketIOTestClient]:
    """Yield Ada, who listens."""
    known(refuse)
    registry = registry_of(app)
    monkeypatch.setitem(app.config, "REDIS_URL", "")
    monkeypatch.setattr(registry, "identities", {"test": [lambda: "ada"]})
    monkeypatch.setattr(registry, "guard", Guard([], {}))
    socketio = app.extensions["live"].socketio
    client: SocketIOTestClient = Context().run(socketio.test_client, app)
    yield client
    client.disconnect()


def told(client: SocketIOTestClient) -> list[Any]:
    """Return of which jobs somebody was told."""
    return [one["args"][0]["id"] for one in client.get_received() if one["name"] == "tasks.job"]


def queue(owner: str) -> Job:
    """Queue a job of somebody's."""
    made = refuse.enqueue()
    made.owner = owner
    db.session.commit()
    return made


def test_its_owner_is_told_when_it_starts_and_when_it_ends(ada: SocketIOTestClient) -> None:
    made = queue("ada")
    run_queued()
    assert told(ada) == [str(made.id)] * 2


@pytest.mark.parametrize("owner", ["", "system", "eve"])
def test_nobody_is_told_of_jobs_that_are_not_theirs(ada: SocketIOTestClient, owner: str) -> None:
    queue(owner)
    run_queued()
    assert told(ada) == []


def test_its_owner_is_told_how_far_it_is(app: Flask, ada: SocketIOTestClient) -> None:
    made = queue("ada")
    assert claim(made.id, "a:1")
    lease = Lease(app, made.id, "a:1", "ada")
    lease.progress["progress"] = 0.5
    assert lease.renew()
    assert lease.renew()
    assert told(ada) == [str(made.id)]
    db.session.refresh(made)
    assert made.progress == 0.5
