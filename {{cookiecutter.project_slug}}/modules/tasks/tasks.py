"""The module's own job: it forgets what ended long ago."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from . import queue
from .models import now
from .services import periodic


@periodic(every=timedelta(days=1))
def prune() -> int:
    """Delete jobs that ended more than `keep_days` days ago."""
    return queue.prune(now() - timedelta(days=current_app.config["TASKS_KEEP_DAYS"]))
