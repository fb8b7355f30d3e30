"""Periodic jobs: each run is queued once, however many workers look after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from flask_modular import db
from modules.tasks.models import Job, Schedule, now
from modules.tasks.schedule import next_run, queue_one, queue_periodic
from modules.tasks.services import periodic, run_queued


@periodic(every=timedelta(hours=1))
def tidy() -> None: ...


@periodic(crontab="30 3 * * *")
def report_nightly() -> None: ...


@pytest.fixture(autouse=True)
def jobs(known: Callable[..., None], db_session: scoped_session[Session]) -> None:
    known(tidy, report_nightly)


def due(moment: datetime) -> None:
    """Have `tidy` be due at some moment."""
    db.session.merge(Schedule(name=tidy.name, due_at=moment))
    db.session.commit()


def test_the_first_run_is_one_period_away() -> None:
    queue_periodic()
    planned = {one.name: one.due_at for one in db.session.scalars(select(Schedule))}
    assert timedelta(minutes=59) < planned[tidy.name] - now() <= timedelta(hours=1)
    assert run_queued() == 0


def test_a_run_that_is_due_is_queued_once() -> None:
    due(now() - timedelta(minutes=1))
    assert queue_one(tidy)
    assert queue_one(tidy) is None
    job = db.session.scalars(select(Job)).one()
    assert (job.name, job.owner) == (tidy.name, "system")


def test_runs_that_were_missed_do_not_pile_up() -> None:
    due(now() - timedelta(days=3))
    queue_one(tidy)
    due(now() - timedelta(minutes=1))
    assert queue_one(tidy) is None
    assert run_queued() == 1


def test_a_period_that_was_made_shorter_holds_at_once() -> None:
    due(now() + timedelta(days=7))
    assert queue_one(tidy) is None
    planned = db.session.get_one(Schedule, tidy.name)
    assert planned.due_at - now() <= timedelta(hours=1)


def test_a_crontab_is_read_in_utc() -> None:
    evening = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
    assert next_run(report_nightly.options, evening) == datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "when",
    [{}, {"every": timedelta(hours=1), "crontab": "* * * * *"}, {"crontab": "at noon"}],
    ids=["never", "twice", "in words"],
)
def test_a_periodic_job_says_when_once(when: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="needs either"):
        periodic(**when)  # type: ignore[arg-type]
