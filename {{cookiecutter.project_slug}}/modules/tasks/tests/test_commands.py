"""The commands of an operator."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from flask_modular import db
from modules.tasks.models import Job, now
from modules.tasks.services import run_queued
from modules.tasks.tasks import prune

pytestmark = pytest.mark.usefixtures("db_session")


def flask(app: Flask, *args: str) -> str:
    """Run `flask tasks …` and return what it prints."""
    db.session.commit()
    return app.test_cli_runner().invoke(args=["tasks", *args]).output.strip()


def failed() -> Job:
    """Store a job that has failed."""
    empty: dict[str, object] = {"args": [], "kwargs": {}}
    made = Job(name=prune.name, arguments=empty, state="failed", error="Broken.", finished_at=now())
    db.session.add(made)
    db.session.commit()
    return made


def test_list_shows_the_latest_jobs(app: Flask) -> None:
    assert flask(app, "list") == "There are no jobs."
    made = failed()
    assert flask(app, "list").split()[0] == str(made.id)
    line = flask(app, "list", "--state", "failed")
    assert "tasks.prune  failed" in line
    assert line.endswith("Broken.")
    assert flask(app, "list", "--state", "queued") == "There are no jobs."


def test_enqueue_queues_a_job(app: Flask) -> None:
    made = flask(app, "enqueue", "tasks.prune")
    job = db.session.scalars(select(Job)).one()
    assert (str(job.id), job.name, job.owner) == (made, "tasks.prune", "system")
    assert "Did you mean" in flask(app, "enqueue", "tasks.prun")


def test_retry_queues_a_failed_job_again(app: Flask) -> None:
    made = failed()
    assert flask(app, "retry", str(made.id)) == "Queued tasks.prune again."
    assert "only a failed one can be retried" in flask(app, "retry", str(made.id))
    run_queued()
    db.session.refresh(made)
    assert (made.state, made.error) == ("succeeded", "")


def test_retry_of_an_unknown_job_says_so(app: Flask) -> None:
    assert "There is no job" in flask(app, "retry", str(uuid4()))


def test_prune_deletes_what_ended_long_ago(app: Flask) -> None:
    failed()
    assert flask(app, "prune") == "Deleted 0 jobs."
    assert flask(app, "prune", "--older-than-days", "0") == "Deleted 1 job."


@pytest.mark.parametrize("command", ["prune --older-than-days", "list --limit"])
@pytest.mark.parametrize("number", ["-1", "1000000", "1e3"])
def test_a_number_that_makes_no_sense_is_refused(app: Flask, command: str, number: str) -> None:
    name, option = command.split()
    assert f"Invalid value for '{option}'" in flask(app, name, option, number)
