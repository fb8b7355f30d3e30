"""Which jobs somebody may see, and what they are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, current_app
from sqlalchemy import Select, select

from flask_modular import access, current_identity, db, lazy_gettext, may

from .jobs import Options
from .models import FAILED, QUEUED, RETRYING, STARTED, SUCCEEDED, Job
from .registry import jobs_of

READ_ALL = access("tasks.read_all")
STATE_LABELS = {
    QUEUED: lazy_gettext("Queued"),
    STARTED: lazy_gettext("Started"),
    RETRYING: lazy_gettext("Retrying"),
    SUCCEEDED: lazy_gettext("Succeeded"),
    FAILED: lazy_gettext("Failed"),
}


def own_jobs() -> Select[Job]:
    """Select the jobs that whoever asks has started; none for strangers."""
    return select(Job).where(Job.owner == current_identity(), Job.owner != "")


def find_job(job_id: UUID) -> Job:
    """Return a job that whoever asks may see.

    Where nobody had to say who they are, its id, which cannot be guessed, is enough.

    :raises NotFound: for one that is not there, and for somebody else's.
    """
    found = db.session.get(Job, job_id)
    if found is None or not (found.owner in ("", current_identity()) or may(READ_ALL)):
        abort(404)
    return found


def title_of(job: Job) -> str:
    """Return what a job is called for people; its name where it has no title."""
    return str(_options(job).title) or job.name


def location_of(job: Job) -> str:
    """Return the URL of what came out of a job for programs, or nothing where there is none."""
    return _found(_options(job).location, job)


def page_of(job: Job) -> str:
    """Return the URL of what came out of a job for people, or nothing where there is none."""
    return _found(_options(job).page, job)


def _found(locate: Callable[[Any], str] | None, job: Job) -> str:
    return locate(job.result) if locate and job.state == SUCCEEDED else ""


def _options(job: Job) -> Options:
    """Return the options of a job; older code may have queued one that is gone since."""
    known = jobs_of(current_app).known.get(job.name)
    return known.options if known else Options()
