"""Workers that are processes of their own."""

from __future__ import annotations

import os
import signal
from threading import Event
from typing import cast

from flask import Flask, current_app

from .embedded import EmbeddedWorker


def run_celery(options: list[str]) -> None:
    """Run a Celery worker until it is told to stop."""
    # On SIGTERM Celery would wait for jobs without an end: so it waits for `grace_seconds`, then
    # gives them back. It looks at the variable when it is imported.
    os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
    from .workers import worker_app

    celery = worker_app(cast(Flask, current_app._get_current_object()))  # type: ignore[attr-defined]
    celery.worker_main(["worker", "--loglevel=INFO", *options])


def run_embedded() -> None:
    """Run jobs straight from the database until told to stop."""
    told = Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: told.set())
    worker = EmbeddedWorker(cast(Flask, current_app._get_current_object()))  # type: ignore[attr-defined]
    worker.start()
    while not told.wait(3600):
        pass
    worker.stop()
