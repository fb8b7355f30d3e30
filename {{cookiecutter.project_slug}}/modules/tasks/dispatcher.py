"""What every worker does beside its jobs: it queues periodic ones, and sends what is due."""

from __future__ import annotations

import logging
from threading import Event, Thread

from flask import Flask, current_app

from . import queue
from .outbox import announce
from .schedule import queue_periodic

# Seconds between two looks at the database, and before a broker that was away is tried again.
PAUSE = 1.0
BROKER_PAUSE = 5.0

log = logging.getLogger(__name__)


class Dispatcher:
    """A thread beside a Celery worker; any number of workers may have one."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.over = Event()
        self.thread = Thread(target=self.loop, name="tasks-dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to look after the queue."""
        self.thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        self.over.set()
        self.thread.join()

    def loop(self) -> None:
        """Look after the queue until told to stop."""
        while not self.over.wait(PAUSE):
            with self.app.app_context():
                try:
                    queue_periodic()
                    send_due()
                except Exception:  # the thread goes on, whatever the database says
                    log.exception("The queue cannot be looked after now.")


def send_due() -> None:
    """Send messages for new jobs that got none, for retries, and for those of dead workers."""
    due = queue.take_due()
    left = announce(due)
    if left:
        queue.put_back(left, BROKER_PAUSE)
        current_app.logger.warning("%s jobs wait for the broker.", len(left))
