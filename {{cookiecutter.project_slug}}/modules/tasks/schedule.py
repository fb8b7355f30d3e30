"""Periodic jobs: every worker looks after them, and the database lets one queue each run."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Connection, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from flask_modular import db

from .jobs import BackgroundJob, Options
from .models import Job, Schedule, now
from .outbox import announce, new_row
from .registry import jobs_of

log = logging.getLogger(__name__)


def queue_periodic() -> None:
    """Queue the periodic jobs that are due, those which this process is the first to see."""
    for job in jobs_of(current_app):
        if job.options.is_periodic:
            try:
                queued = queue_one(job)
            except Exception:  # whatever is wrong with one, the others are queued
                log.exception("%s could not be queued.", job.name)
                continue
            if queued:
                announce([(queued, job.name)])


def queue_one(job: BackgroundJob[..., Any]) -> UUID | None:
    """Queue a periodic job if it is due, and return its id.

    A run that is under way still stands in for the next: jobs never pile up.
    """
    with db.engine.connect() as connection:
        due = connection.scalar(select(Schedule.due_at).where(Schedule.name == job.name))
    moment = now()
    following = next_run(job.options, moment)
    if due is None:
        plan(job.name, following)
        return None
    if moment < due <= following:
        return None
    moved = update(Schedule).where(Schedule.name == job.name, Schedule.due_at == due)
    with db.engine.begin() as connection:
        if connection.execute(moved.values(due_at=following)).rowcount != 1 or due > following:
            return None
        return insert_job(connection, job.name)


def plan(name: str, due: datetime) -> None:
    """Keep when a job is due for the first time, unless another process was faster."""
    try:
        with db.engine.begin() as connection:
            connection.execute(insert(Schedule).values(name=name, due_at=due))
    except IntegrityError:
        return


def insert_job(connection: Connection, name: str) -> UUID | None:
    """Insert the row of a periodic job, unless one is waiting or running."""
    unfinished = select(exists().where(Job.name == name, Job.due_at.is_not(None)))
    if connection.scalar(unfinished):
        return None
    row = {**new_row(name), "arguments": {"args": [], "kwargs": {}}}
    connection.execute(insert(Job).values(**row))
    made: UUID = row["id"]
    return made


def next_run(options: Options, after: datetime) -> datetime:
    """Return when a periodic job is to run next."""
    if options.every:
        return after + options.every
    from celery.schedules import crontab  # late: Celery takes its time

    schedule = crontab.from_string(options.crontab)
    schedule.nowfun = lambda: after
    pause: timedelta = schedule.remaining_estimate(after)
    return after + pause
