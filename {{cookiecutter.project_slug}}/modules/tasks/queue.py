"""The queue is the table: what hands each job to one worker at a time.

A statement that moves a job on says in its WHERE what it moves it from: of several processes
that try at once, one changes the row, on SQLite and on PostgreSQL. Each is a transaction of its
own, apart from what the job itself does in `db.session`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Row, Select, Update, delete, or_, select, update

from flask_modular import db

from .models import FAILED, QUEUED, RETRYING, STARTED, Job, now
from .registry import jobs_of

# How long a message may wait at the broker before another is sent: the broker may have lost it.
RESEND = timedelta(hours=1)


def claim_next(worker: str) -> Row[Any] | None:
    """Take up the job that has been due the longest, and return its row; None if there is none.

    :param worker: the name of the lease.
    """
    while True:
        with db.engine.connect() as connection:
            job_id = connection.scalar(_due(Job.id).limit(1))
        if job_id is None:
            return None
        if (row := claim(job_id, worker)) is not None:  # otherwise somebody was faster
            return row


def _due(*columns: Any) -> Select[Any]:
    """Select the due jobs that this application knows; newer code may have queued others."""
    names = list(jobs_of(current_app).known)
    return select(*columns).where(Job.due_at <= now(), Job.name.in_(names)).order_by(Job.due_at)


def claim(job_id: UUID, worker: str) -> Row[Any] | None:
    """Take a job up and return its row, or None where somebody else has it, or it is done.

    A message says that a queued job is due; what is not queued has to wait for its moment.

    :param worker: the name of the lease.
    """
    moment = now()
    statement = (
        update(Job)
        .where(Job.id == job_id, or_(Job.state == QUEUED, Job.due_at <= moment))
        .values(state=STARTED, worker=worker, due_at=moment + lease(), started_at=moment)
        .values(attempts=Job.attempts + 1)
        .returning(*Job.__table__.columns)
    )
    with db.engine.begin() as connection:
        return connection.execute(statement).one_or_none()


def lease() -> timedelta:
    """Return how long a worker may be silent before its job is given to another."""
    return timedelta(seconds=current_app.config["TASKS_LEASE_SECONDS"])


def renew(job_id: UUID, worker: str, **values: Any) -> bool:
    """Go on with a job; return False where it was taken away.

    :param values: its progress.
    """
    return _change(_held(job_id, worker).values(due_at=now() + lease(), **values)) == 1


def finish(job_id: UUID, worker: str, state: str, **values: Any) -> bool:
    """Keep how a job has ended; return False where it was taken away.

    :param values: its result or error, and its progress.
    """
    ended = {"state": state, "finished_at": now(), "due_at": None, "worker": ""}
    return _change(_held(job_id, worker).values(**ended, **values)) == 1


def pause(job_id: UUID, worker: str, seconds: float, error: str) -> bool:
    """Have a job tried again after some seconds; return False where it was taken away."""
    due = now() + timedelta(seconds=seconds)
    values = {"state": RETRYING, "due_at": due, "worker": "", "error": error}
    return _change(_held(job_id, worker).values(failures=Job.failures + 1, **values)) == 1


def give_back(process: str) -> int:
    """Queue again what a process that ends was running; return how many jobs that were.

    :param process: what the names of its leases begin with.
    """
    held = update(Job).where(Job.state == STARTED, Job.worker.startswith(process, autoescape=True))
    queued = {"state": QUEUED, "due_at": now(), "worker": "", "attempts": Job.attempts - 1}
    return _change(held.values(**queued))


def take_due(limit: int = 100) -> list[tuple[UUID, str]]:
    """Return the ids and names of due jobs, to send messages for them; nobody else gets them."""
    due = _due(Job.id).limit(limit).with_for_update(skip_locked=True)
    statement = (
        update(Job)
        .where(Job.id.in_(due.scalar_subquery()), Job.due_at <= now())
        .values(state=QUEUED, due_at=now() + RESEND, worker="")
        .returning(Job.id, Job.name)
    )
    with db.engine.begin() as connection:
        return [(row.id, row.name) for row in connection.execute(statement)]


def put_back(job_ids: Iterable[UUID], seconds: float) -> None:
    """Have messages sent after some seconds: this time the broker did not take them."""
    waiting = update(Job).where(Job.id.in_(list(job_ids)), Job.state == QUEUED)
    _change(waiting.values(due_at=now() + timedelta(seconds=seconds)))


def hurry() -> None:
    """Have what waits for its next attempt tried at once."""
    _change(update(Job).where(Job.state == RETRYING).values(due_at=now()))


def retry(job_id: UUID) -> bool:
    """Queue a failed job again, its attempts forgotten; return False where it has not failed."""
    fresh = {"attempts": 0, "failures": 0, "error": "", "finished_at": None}
    failed = update(Job).where(Job.id == job_id, Job.state == FAILED)
    return _change(failed.values(state=QUEUED, due_at=now(), **fresh)) == 1


def prune(before: datetime) -> int:
    """Delete the jobs that have ended before a moment; return how many those were."""
    with db.engine.begin() as connection:
        return connection.execute(delete(Job).where(Job.finished_at < before)).rowcount


def _held(job_id: UUID, worker: str) -> Update:
    return update(Job).where(Job.id == job_id, Job.worker == worker)


def _change(statement: Update) -> int:
    with db.engine.begin() as connection:
        return connection.execute(statement).rowcount
