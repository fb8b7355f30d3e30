"""The embedded worker: threads that run jobs straight from the table, where there is no broker."""

from __future__ import annotations

import atexit
import logging
import os
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from flask import Flask
from sqlalchemy import Row

from flask_modular import db

from . import queue
from .registry import jobs_of, lease_name, name_process
from .schedule import queue_periodic

# Seconds between two looks at the table; a job that this process queues starts at once.
PAUSE = 1.0

log = logging.getLogger(__name__)


class EmbeddedWorker:
    """The worker of one process; several processes share the table without meeting."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pid = 0  # where it was started: a fork has no threads
        self.lock = Lock()

    def ensure(self) -> None:
        """Start the worker, unless it runs in this process."""
        if self.pid != os.getpid():
            with self.lock:
                if self.pid != os.getpid():
                    self.start()

    def start(self) -> None:
        """Start the threads."""
        self.pid, self.process = os.getpid(), name_process(self.app)
        self.over = Event()
        loops = [self.look_after, *[self.work] * self.app.config["TASKS_THREADS"]]
        self.threads = [Thread(target=loop, name="tasks", daemon=True) for loop in loops]
        for thread in self.threads:
            thread.start()
        atexit.register(self.stop)
        log.info("The embedded worker has started.")

    def stop(self) -> None:
        """Give running jobs some time, then give them back to the queue."""
        if self.pid != os.getpid():
            return
        self.over.set()
        jobs_of(self.app).wake.set()
        deadline = monotonic() + self.app.config["TASKS_GRACE_SECONDS"]
        for thread in self.threads:
            thread.join(max(0.0, deadline - monotonic()))
        self.pid = 0
        with self.app.app_context():
            if any(thread.is_alive() for thread in self.threads):
                log.warning("%s jobs are given back.", queue.give_back(self.process))

    def look_after(self) -> None:
        """Queue periodic jobs, and look for what others have queued."""
        while not self.over.wait(PAUSE):
            with self.app.app_context():
                queue_periodic()
            jobs_of(self.app).wake.set()

    def work(self) -> None:
        """Run one job after the other."""
        wake = jobs_of(self.app).wake
        while not self.over.is_set():
            try:
                with self.app.app_context():
                    row = queue.claim_next(lease_name())
                    if row is not None:
                        run_one(row)
                        continue
            except Exception:  # the thread goes on, whatever the database says
                log.exception("The queue cannot be read now.")
                self.over.wait(PAUSE)
            wake.wait(PAUSE)
            wake.clear()


def run_one(row: Row[Any]) -> None:
    """Run a job that is claimed, with its Celery task, in this thread."""
    from .broker import celery_of  # late: Celery takes its time

    celery_of().tasks[row.name].apply(task_id=str(row.id), throw=False, headers={"claimed": row})


def run_queued(*, retries: bool = False) -> int:
    """Run all jobs that are due, here and now, and return how many; made for tests.

    :param retries: whether to run again at once what has failed and would wait a while.
    """
    db.session.commit()
    count = 0
    while True:
        if retries:
            queue.hurry()
        if (row := queue.claim_next(lease_name())) is None:
            return count
        run_one(row)
        count += 1
