"""Sessions: a row for each browser that is signed in, so that each can be seen and ended."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_login import COOKIE_DURATION
from flask_security.utils import logout_user, set_request_attr
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from flask_modular import db

from .models import LONGEST_AGENT, Session, User, now
from .tokens import MARK_EVERY, digest


def start(_: Flask, user: User, **__: Any) -> None:
    """Give the session of somebody who signs in a key of its own, and a row."""
    moment = now()
    user.sessions = [one for one in user.sessions if one.expires_at > moment]
    key = secrets.token_urlsafe(32)
    remembered = session.get("_remember") == "set"
    user.sessions.append(
        Session(
            digest=digest(key),
            agent=request.user_agent.string[:LONGEST_AGENT],
            remembered=remembered,
            expires_at=moment + lifetime(remembered),
        )
    )
    # Flask-Login's: the cookie that remembers people holds it as well, and ends with the row.
    session["_user_id"] = key


def lifetime(remembered: bool) -> timedelta:
    """Return how long a session goes on while nobody uses it."""
    if not remembered:
        return current_app.permanent_session_lifetime
    given = current_app.config.get("REMEMBER_COOKIE_DURATION", COOKIE_DURATION)
    return given if isinstance(given, timedelta) else timedelta(seconds=given)


def load(key: str) -> User | None:
    """Return whose session has a key, and mark its use; None where it is over."""
    row = db.session.scalars(_by_digest(), {"digest": digest(key)}).unique().one_or_none()
    moment = now()
    if row is None or not row.user.active or row.expires_at <= moment:
        return None
    if moment - row.last_seen_at >= MARK_EVERY:
        mark(row, moment)
    g.accounts_session = row.id
    # Where Flask-Security looks for how somebody signed in, and when.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return row.user


@cache
def _by_digest() -> Select[Session]:
    # Made once, as for tokens: each request of somebody who is signed in asks.
    with_user = joinedload(Session.user).joinedload(User.roles)
    return select(Session).where(Session.digest == bindparam("digest")).options(with_user)


def mark(row: Session, moment: datetime) -> None:
    """Remember that a session was used; it goes on from then."""
    row.last_seen_at = moment
    row.expires_at = moment + lifetime(row.remembered)
    db.session.commit()


def running(user: User) -> Select[Session]:
    """Select the sessions of somebody that are not over."""
    return select(Session).where(Session.user_id == user.id, Session.expires_at > now())


def end_others(user: User) -> None:
    """End the sessions of somebody, but for the current one; does not commit."""
    user.sessions = [one for one in user.sessions if one.id == current()]


def current() -> int | None:
    """Return the id of the session that sends the current request."""
    found: int | None = g.get("accounts_session")
    return found


def sign_out_here() -> None:
    """Have the browser forget its session: all that is in it, and the cookie to stay signed in."""
    session.clear()  # first: Flask-Login leaves a note in it, for the cookie to be deleted
    logout_user()


def end_current(_: Flask, **__: Any) -> None:
    """End the session of somebody who signs out."""
    row = db.session.get(Session, current()) if current() else None
    if row is not None:
        db.session.delete(row)
        db.session.commit()
