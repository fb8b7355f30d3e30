"""From the caller's transaction to the workers.

A job is a row of the transaction in which it was queued: it runs if that is committed, and only
then. The message is sent afterwards; should that fail, the row is there still, and the workers'
dispatcher sends another.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import current_app, g, has_request_context
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from flask_modular import current_identity, db

from .models import SYSTEM, Job, now
from .registry import jobs_of

# The seconds in which a process that has queued a job sends the message for it, or has died.
RELAY = 30
_PENDING = "tasks.pending"

log = logging.getLogger(__name__)


def enqueue(name: str, args: list[Any], kwargs: dict[str, Any]) -> Job:
    """Add a job to the current transaction.

    :raises TypeError: for arguments that JSON does not know.
    :raises ModularError: for a job that no worker would find.
    """
    jobs_of(current_app).get(name)
    made = Job(arguments=as_json({"args": args, "kwargs": kwargs}, name), **new_row(name))
    db.session.add(made)
    db.session.info.setdefault(_PENDING, []).append((made.id, name))
    return made


def new_row(name: str) -> dict[str, Any]:
    """Return the values of a new job: whose it is, what caused it, and when it is due."""
    parent, moment = g.get("tasks_job"), now()
    by_message = bool(current_app.config["TASKS_BROKER_URL"])
    return {
        "id": uuid4(),
        "name": name,
        "owner": parent.owner if parent else owner(),
        "request_id": g.get("request_id", "")[:128],
        "created_at": moment,
        "due_at": moment + timedelta(seconds=RELAY if by_message else 0),
    }


def owner() -> str:
    """Return who asks; what nobody asks for is the system's."""
    return current_identity() if has_request_context() else SYSTEM


def as_json(value: Any, name: str) -> Any:
    """Return a value as it comes back from JSON.

    :param name: the job's, for the error.
    :raises TypeError: for what JSON does not know.
    """
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(
            f'The job "{name}" takes and returns JSON, and this is none ({error}); use numbers, '
            f"texts, lists and dictionaries, and the id of a row for the row."
        ) from None


@event.listens_for(db.session, "after_commit")
def _send_committed(session: Session) -> None:
    if not session.in_nested_transaction():
        announce(session.info.pop(_PENDING, ()))


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_PENDING, None)


@event.listens_for(db.session, "after_transaction_end")
def _complain(session: Session, transaction: SessionTransaction) -> None:
    lost = session.info.pop(_PENDING, ()) if transaction.parent is None else ()
    if lost:
        names = ", ".join(sorted({name for _, name in lost}))
        log.error("Queued and never committed, so never run: %s. Call db.session.commit().", names)


def announce(jobs: Iterable[tuple[UUID, str]]) -> list[UUID]:
    """Tell the workers of committed jobs; return those that the broker did not take.

    :param jobs: their ids and names.
    """
    pending = list(jobs)
    if not pending or not current_app.config["TASKS_BROKER_URL"]:
        jobs_of(current_app).wake.set()
        return []
    from .broker import send

    for position, (job_id, name) in enumerate(pending):
        try:
            send(job_id, name)
        except Exception as error:  # whatever a broker's library raises: the row is safe
            log.warning("The broker takes no messages (%s); they are sent later.", error)
            return [job_id for job_id, _ in pending[position:]]
    return []
