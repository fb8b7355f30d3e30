"""What other modules use: `job`, `periodic`, `accepted`, and what a job may say meanwhile."""

from __future__ import annotations

from flask import g, has_app_context

from .accepting import accepted
from .embedded import run_queued
from .errors import JobError
from .jobs import BackgroundJob, job, periodic
from .models import Job

__all__ = [
    "BackgroundJob",
    "Job",
    "JobError",
    "accepted",
    "job",
    "periodic",
    "report",
    "run_queued",
]


def report(progress: float, text: str = "") -> None:
    """Say how far the current job is; outside of a job this does nothing.

    :param progress: from 0 to 1.
    :param text: a line for the one who waits.
    """
    lease = g.get("tasks_lease") if has_app_context() else None
    if lease is not None:
        clean = "".join(c if c.isprintable() else " " for c in text)[:200]
        lease.report(progress=min(1.0, max(0.0, float(progress))), progress_text=clean)
