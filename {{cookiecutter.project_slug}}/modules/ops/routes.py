"""Health pages: `/livez` says that the process answers, `/readyz` that it can serve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, jsonify
from sqlalchemy import text

from flask_modular import access, current_registry, db

from . import module

_MIGRATED = "ops.migrated"


@module.get("/livez")
@access.public
def livez() -> Response:
    """Say that the process answers; nothing else is touched."""
    return _uncached(Response('{"status":"ok"}\n', mimetype="application/json"))


@module.get("/readyz")
@access.public
def readyz() -> Response:
    """Say whether every health check of every module passes, and which one does not.

    Why one fails stands in the log only: a reason may tell strangers too much.
    """
    checks = {
        f"{name}.{getattr(check, '__name__', 'check')}": _passes(name, check)
        for name, found in current_registry().health.items()
        for check in found
    }
    healthy = all(checks.values())
    response = jsonify(
        status="ok" if healthy else "unavailable",
        checks={name: "ok" if passed else "failed" for name, passed in checks.items()},
    )
    response.status_code = 200 if healthy else 503
    return _uncached(response)


def _passes(name: str, check: Callable[[], Any]) -> bool:
    try:
        reason = check()
    except Exception:
        current_app.logger.exception('A health check of "%s" failed.', name)
        return False
    if isinstance(reason, str):
        current_app.logger.error('A health check of "%s" failed: %s', name, reason)
        return False
    return True


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@module.health
def database() -> None:
    """Ask the database for one row."""
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))


@module.health
def migrations() -> str | None:
    """Look for migrations that were not applied; once there are none, they stay applied."""
    if current_app.extensions.get(_MIGRATED):
        return None
    from flask_modular.upgrades import pending  # late: it brings Alembic

    waiting = sorted(name for name, revisions in pending().items() if revisions)
    current_app.extensions[_MIGRATED] = not waiting
    return f"migrations of {', '.join(waiting)} are pending; flask db upgrade" if waiting else None
