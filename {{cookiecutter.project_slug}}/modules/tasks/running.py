"""Running one job: the same in a Celery worker and in the embedded one."""

from __future__ import annotations

import logging
import random
from typing import Any
from uuid import UUID

from celery import Task
from celery.exceptions import Ignore, Retry
from flask import Flask, g
from sqlalchemy import Row

from flask_modular import db

from . import queue
from .errors import JobError
from .jobs import Options
from .leases import Lease
from .models import FAILED, SUCCEEDED
from .outbox import as_json
from .registry import jobs_of, lease_name
from .telling import told

# A job during which one worker after the other dies may well be what kills them.
MAX_LOSSES = 5

log = logging.getLogger(__name__)


def perform(app: Flask, task: Task) -> None:
    """Run the job for which a Celery task was called, unless somebody else has it.

    :raises Ignore: when there is nothing to do.
    :raises Retry: when it failed and is tried again.
    """
    with app.app_context():
        row = claimed(task)
        if row is None:
            raise Ignore
        g.tasks_job, g.request_id = row, row.request_id
        with told(row):
            _perform(app, task, row)


def _perform(app: Flask, task: Task, row: Row[Any]) -> None:
    if row.attempts - 1 - row.failures >= MAX_LOSSES:
        error = f"Workers stopped in the middle of it {MAX_LOSSES} times."
        log.error("Job %s (%s) is given up: %s", row.name, row.id, error)
        queue.finish(row.id, row.worker, FAILED, error=error)
        raise Ignore
    with Lease(app, row.id, row.worker, row.owner) as lease:
        g.tasks_lease = lease
        result, failure = _call(task, row)
    _settle(row, lease, result, failure)


def claimed(task: Task) -> Row[Any] | None:
    """Return the row of the job that is to run, or None where somebody else has it."""
    if task.request.is_eager:  # the embedded worker has claimed it
        row: Row[Any] = task.request.headers["claimed"]
        return row
    return queue.claim(UUID(task.request.id), lease_name())


def _call(task: Task, row: Row[Any]) -> tuple[Any, Exception | None]:
    log.info("Job %s (%s) starts, attempt %s.", row.name, row.id, row.attempts)
    try:
        result = task.run(*row.arguments["args"], **row.arguments["kwargs"])
        return as_json(result, row.name), None
    except Exception as error:
        return None, error
    finally:
        db.session.remove()  # what a job leaves uncommitted would stand in the way of its row


def _settle(row: Row[Any], lease: Lease, result: Any, failure: Exception | None) -> None:
    """Write down how a job went."""
    options = jobs_of(lease.app).get(row.name).options
    if failure is None:
        queue.finish(row.id, lease.worker, SUCCEEDED, result=result, error="", **lease.progress)
        log.info("Job %s (%s) succeeded.", row.name, row.id)
        return
    if (seconds := _pause(options, row.failures, failure)) is None:
        trace = None if isinstance(failure, JobError) else failure
        log.error("Job %s (%s) failed: %s", row.name, row.id, _line(failure), exc_info=trace)
        queue.finish(row.id, lease.worker, FAILED, error=_line(failure), **lease.progress)
        raise failure
    message = "Job %s (%s) failed and is tried again in %.1f s."
    log.warning(message, row.name, row.id, seconds, exc_info=failure)
    queue.pause(row.id, lease.worker, seconds, _line(failure))
    raise Retry(exc=failure, when=seconds)


def _pause(options: Options, failures: int, failure: Exception) -> float | None:
    """Return how many seconds to wait before the next attempt, or None where there is none."""
    if failures >= options.max_retries or isinstance(failure, JobError):
        return None
    if isinstance(failure, Retry):
        return float(failure.when or 0)
    if not isinstance(failure, options.retry_for):
        return None
    longest: float = min(options.retry_backoff * 2**failures, options.retry_backoff_max)
    return longest * random.uniform(0.5, 1)  # noqa: S311 (no secret: it spreads the retries)


def _line(failure: Exception) -> str:
    """Return the one line that a job's owner sees: no details of ours, which stand in the log."""
    text = str(failure) if isinstance(failure, JobError) else "Something went wrong on our side."
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:500]
