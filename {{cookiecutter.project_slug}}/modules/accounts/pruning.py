"""What nobody can use any more: it is kept for a while to look at, and then deleted."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete

from flask_modular import db

from .models import Session, Token, now


def prune(days: int | None = None) -> tuple[int, int]:
    """Delete old tokens, and all sessions that are over; return how many those were.

    :param days: for how long tokens have been expired; `keep_expired_days` unless given.
    """
    if days is None:
        days = current_app.config["ACCOUNTS_KEEP_EXPIRED_DAYS"]
    moment = now()
    old = delete(Token).where(Token.expires_at <= moment - timedelta(days=days))
    over = delete(Session).where(Session.expires_at <= moment)
    with db.engine.begin() as connection:
        return connection.execute(old).rowcount, connection.execute(over).rowcount
