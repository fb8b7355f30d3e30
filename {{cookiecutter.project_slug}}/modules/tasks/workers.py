"""What a Celery worker needs of the application, and does beside its jobs."""

from __future__ import annotations

import atexit
import os

from celery import Celery, signals
from flask import Flask

from flask_modular import ModularError, db

from . import queue
from .broker import celery_of
from .dispatcher import Dispatcher
from .registry import jobs_of, name_process


def worker_app(flask_app: Flask) -> Celery:
    """Return the Celery application, with all that a worker does beside its jobs.

    :raises ModularError: when there is no broker.
    """
    if not flask_app.config["TASKS_BROKER_URL"]:
        raise ModularError(
            "There is no broker; set CELERY_BROKER_URL to one, such as redis://localhost:6379/0."
        )
    name_process(flask_app)
    with flask_app.app_context():
        celery = celery_of()
    celery.set_default()
    dispatcher = Dispatcher(flask_app)
    signals.worker_ready.connect(lambda **_: start(flask_app, dispatcher), weak=False)
    signals.worker_process_init.connect(lambda **_: leave_connections(flask_app), weak=False)
    return celery


def start(flask_app: Flask, dispatcher: Dispatcher) -> None:
    """Begin to look after the queue; a worker that ends gives back the jobs of its children.

    Celery has a signal for that, and does not send it where it stops jobs in the middle.
    """
    process, pid = jobs_of(flask_app).process, os.getpid()
    dispatcher.start()

    def stop() -> None:
        if os.getpid() == pid:
            dispatcher.stop()
            with flask_app.app_context():
                queue.give_back(process)

    atexit.register(stop)


def leave_connections(flask_app: Flask) -> None:
    """Have a forked process open connections of its own; these are its parent's."""
    with flask_app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
