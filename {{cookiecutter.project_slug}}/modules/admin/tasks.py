"""The log forgets of itself."""

from __future__ import annotations

from datetime import timedelta

from modules.tasks.services import periodic

from .log import prune


@periodic(every=timedelta(days=1))
def prune_log() -> int:
    """Delete entries of the log of changes that are older than `log_days`."""
    return prune()
