"""Where the broker is, and the embedded worker of processes that serve."""

from __future__ import annotations

import os
import signal
import sys
from threading import current_thread, main_thread

import click
from flask import Flask, current_app
from flask.helpers import get_debug_flag
from sqlalchemy import delete, select, update

from flask_modular import db, has
from flask_modular.values import check_numbers

from . import module
from .models import FAILED, SUCCEEDED, SYSTEM, Job

MOST_DAYS = 36_500
A_DAY, A_WEEK = 86_400, 604_800
NUMBERS = {
    "TASKS_THREADS": (1, 100),
    "TASKS_LEASE_SECONDS": (1, A_DAY),
    "TASKS_TIME_LIMIT": (1, A_WEEK),
    "TASKS_GRACE_SECONDS": (0, A_DAY),
    "TASKS_KEEP_DAYS": (0, MOST_DAYS),
}


@module.ready
def check_settings(app: Flask) -> None:
    """Refuse numbers that would only fail when a job runs, or at the end of the day."""
    check_numbers(app.config, NUMBERS)


@module.ready
def find_broker(app: Flask) -> None:
    """Take the broker's URL from CELERY_BROKER_URL where no setting names another."""
    if not app.testing and not app.config["TASKS_BROKER_URL"]:
        app.config["TASKS_BROKER_URL"] = os.environ.get("CELERY_BROKER_URL", "")


@module.ready
def embed_worker(app: Flask) -> None:
    """Have an embedded worker started in each process that serves, and in no other.

    That is with its first request: a process that forks others, watches files or runs a command
    never gets one. `flask run` is known to serve, so it starts at once.
    """
    if app.testing or app.config["TASKS_BROKER_URL"] or not app.config["TASKS_EMBEDDED"]:
        return
    from .embedded import EmbeddedWorker

    worker = EmbeddedWorker(app)
    app.before_request(worker.ensure)
    if serves_soon():
        worker.start()
        obey_sigterm()


def serves_soon() -> bool:
    """Tell whether this is `flask run`, and not the process that watches for changes."""
    context = click.get_current_context(silent=True)
    if context is None or context.info_name != "run":
        return False
    reloads = context.params.get("reload")
    watched = get_debug_flag() if reloads is None else reloads
    return os.environ.get("WERKZEUG_RUN_MAIN") == "true" or not watched


def obey_sigterm() -> None:
    """Have the development server end in order when it is told to: by itself it just dies."""
    if current_thread() is main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


@module.health
def broker() -> str | None:
    """Ask the broker for a connection, where one is configured."""
    if not current_app.config["TASKS_BROKER_URL"]:
        return None
    from .broker import celery_of  # late: Celery takes its time

    with celery_of().connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
    return None


if has("accounts"):
    from modules.accounts.services import User, personal_data

    def export(user: User) -> list[dict[str, object]]:
        """Return the jobs of somebody."""
        found = select(Job).where(Job.owner == user.identity).order_by(Job.created_at)
        return [
            {"name": job.name, "state": job.state, "created_at": job.created_at.isoformat()}
            for job in db.session.scalars(found)
        ]

    def erase(user: User) -> None:
        """Delete the jobs of somebody that are done; the others go on, and tell nobody."""
        mine = Job.owner == user.identity
        db.session.execute(delete(Job).where(mine, Job.state.in_((SUCCEEDED, FAILED))))
        db.session.execute(update(Job).where(mine).values(owner=SYSTEM))

    personal_data(module, export=export, erase=erase)
