"""What has expired goes of itself."""

from __future__ import annotations

from datetime import timedelta

from modules.tasks.services import periodic

from . import pruning


@periodic(every=timedelta(days=1))
def prune() -> dict[str, int]:
    """Delete tokens that expired more than `keep_expired_days` ago, and sessions that are over."""
    tokens, sessions = pruning.prune()
    return {"tokens": tokens, "sessions": sessions}
