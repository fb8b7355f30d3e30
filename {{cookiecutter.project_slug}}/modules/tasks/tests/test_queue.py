"""The queue: who gets a job, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flask_modular import db
from modules.tasks import queue
from modules.tasks.models import Job, now
from modules.tasks.services import run_queued
from modules.tasks.tasks import prune


def queued(**values: Any) -> Job:
    """Store a job."""
    row = {"name": prune.name, "arguments": {"args": [], "kwargs": {}}, "due_at": now(), **values}
    made = Job(**row)
    db.session.add(made)
    db.session.commit()
    return made


pytestmark = pytest.mark.usefixtures("db_session")


def test_one_worker_gets_a_job() -> None:
    made = queued()
    assert queue.claim(made.id, "a:1")
    assert queue.claim(made.id, "b:1") is None
    assert queue.claim_next("b:1") is None


def test_a_job_whose_worker_is_silent_goes_to_another() -> None:
    made = queued(state="started", worker="dead:1", attempts=1, due_at=now() - timedelta(seconds=1))
    row = queue.claim_next("b:1")
    assert row
    assert (row.id, row.worker, row.attempts) == (made.id, "b:1", 2)


def test_who_has_lost_a_job_changes_nothing() -> None:
    made = queued(state="started", worker="b:1")
    assert not queue.renew(made.id, "a:1", progress=0.9)
    assert not queue.finish(made.id, "a:1", "succeeded", result=1)
    assert not queue.pause(made.id, "a:1", 1.0, "")
    db.session.refresh(made)
    assert (made.state, made.worker, made.progress) == ("started", "b:1", 0.0)


def test_a_worker_that_ends_gives_its_jobs_back() -> None:
    mine = queued(state="started", worker="host:1:x:7", attempts=1)
    other = queued(state="started", worker="host:12:x:7", attempts=1)
    assert queue.give_back("host:1:x:") == 1
    db.session.refresh(mine)
    assert (mine.state, mine.attempts, other.state) == ("queued", 0, "started")


def test_a_finished_job_is_not_run_again_whoever_sends_its_message() -> None:
    made = queued()
    run_queued()
    assert queue.claim(made.id, "late:1") is None


def test_a_message_that_comes_too_early_does_not_cut_a_pause_short() -> None:
    made = queued(state="retrying", due_at=now() + timedelta(hours=1))
    assert queue.claim(made.id, "a:1") is None


def test_jobs_of_newer_code_wait_for_it() -> None:
    queued(name="shop.not_yet_deployed")
    assert queue.claim_next("a:1") is None
    assert queue.take_due() == []


def test_what_is_due_gets_one_message() -> None:
    made = queued(state="started", due_at=now() - timedelta(seconds=1))
    assert queue.take_due() == [(made.id, prune.name)]
    assert queue.take_due() == []
    assert queue.claim(made.id, "a:1")


def test_old_jobs_are_pruned_and_unfinished_ones_stay() -> None:
    long_ago = now() - timedelta(days=31)
    queued(finished_at=long_ago, due_at=None, state="failed")
    kept = queued(created_at=long_ago, due_at=now() + timedelta(hours=1))
    assert prune() == 1
    assert [one.id for one in db.session.query(Job)] == [kept.id]
