"""How long the log is kept."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete

from flask_modular import db

from .models import Change, now


def prune(days: int | None = None) -> int:
    """Delete old entries of the log; return how many those were.

    :param days: `log_days` unless given.
    """
    if days is None:
        days = current_app.config["ADMIN_LOG_DAYS"]
    old = delete(Change).where(Change.at <= now() - timedelta(days=days))
    with db.engine.begin() as connection:
        return connection.execute(old).rowcount
