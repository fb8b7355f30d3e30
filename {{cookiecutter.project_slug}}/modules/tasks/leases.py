"""Leases: while a job runs, a thread says so in the database, and keeps its progress there."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Self
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from flask_modular import db

from . import queue
from .telling import tell

log = logging.getLogger(__name__)


@dataclass
class Lease:
    """Hold a job for as long as the `with` block lasts.

    The job's own thread may be in the middle of a transaction, so it never writes here itself.
    """

    app: Flask
    job_id: UUID
    worker: str
    owner: str
    progress: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.news, self.over = Event(), Event()
        self.thread = Thread(target=self.keep, name=f"lease-{self.job_id}", daemon=True)
        # Threads would share the one connection of a database in memory, and its transaction.
        if not isinstance(db.engine.pool, StaticPool):
            self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.news.set()
        if self.thread.ident:
            self.thread.join()

    def report(self, **values: Any) -> None:
        """Have the job's progress written soon."""
        self.progress.update(values)
        self.news.set()

    def keep(self) -> None:
        """Renew the lease until the job is over, three times in its length."""
        pause = self.app.config["TASKS_LEASE_SECONDS"] / 3
        with self.app.app_context():
            while not self.over.is_set():
                self.news.wait(pause)
                self.news.clear()
                if self.over.is_set() or not self.renew():
                    return
                self.over.wait(min(0.5, pause))  # however often a job reports

    def renew(self) -> bool:
        """Renew the lease once; return False where there is nothing to hold any more."""
        progress = dict(self.progress)  # the job may go on meanwhile
        try:
            held = queue.renew(self.job_id, self.worker, **progress)
        except SQLAlchemyError:
            log.warning("The lease of job %s could not be renewed yet.", self.job_id, exc_info=True)
            return True
        if not held:
            log.warning("Job %s was given to another worker.", self.job_id)
        elif progress != self.told:
            self.told = progress
            tell(self.job_id, self.owner)
        return held
