"""Messages to a broker: what is in them, and what becomes of jobs while it is away."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from flask_modular import db
from modules.tasks.broker import celery_of, transport_options
from modules.tasks.dispatcher import send_due
from modules.tasks.models import now
from modules.tasks.services import job

Use = Callable[[str], None]


@job
def wish(text: str) -> None: ...


AWAY = ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1"]


@pytest.fixture
def use(
    app: Flask,
    known: Callable[..., None],
    db_session: scoped_session[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> Use:
    """Return a function that has messages sent to a broker."""

    def choose(url: str) -> None:
        monkeypatch.setitem(app.config, "TASKS_BROKER_URL", url)
        known(wish)

    return choose


def messages() -> list[Any]:
    """Return the messages that wait in the queue of this process."""
    with celery_of().connection_for_read() as connection, connection.channel() as channel:
        found = []
        while (message := channel.basic_get("celery", no_ack=True)) is not None:
            found.append(message)
        return found


def test_a_message_is_sent_after_the_commit_and_holds_the_id_alone(use: Use) -> None:
    use("memory://")
    made = wish.enqueue("a pony")
    db.session.flush()
    assert messages() == []
    db.session.commit()
    [message] = messages()
    assert (message.headers["id"], message.headers["task"]) == (str(made.id), wish.name)
    assert message.content_type == "application/json"
    assert json.loads(message.body)[:2] == [[], {}]
    assert "pony" not in str(message.headers)


def test_a_job_that_nobody_commits_sends_no_message(use: Use) -> None:
    use("memory://")
    with db.session.begin_nested():
        wish.enqueue("a pony")
    assert messages() == []
    db.session.rollback()
    assert messages() == []


@pytest.mark.parametrize("url", AWAY, ids=["redis", "rabbitmq"])
def test_a_broker_that_is_away_gets_its_message_later(
    use: Use, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    use(url)
    made = wish.enqueue("a pony")
    db.session.commit()
    assert "The broker takes no messages" in caplog.text
    made.due_at = now()
    db.session.commit()
    send_due()
    db.session.refresh(made)
    assert made.due_at
    assert made.due_at > now()  # not at once: it is away still
    made.due_at = now()
    db.session.commit()
    use("memory://")
    send_due()
    assert [message.headers["id"] for message in messages()] == [str(made.id)]


def test_redis_delivers_nothing_again_in_the_middle_of_the_longest_job() -> None:
    options = transport_options("redis://127.0.0.1", "", limit=7200)
    assert options["visibility_timeout"] > 7200
    assert "visibility_timeout" not in transport_options("amqp://127.0.0.1", "", limit=7200)
