"""Celery: the application's tasks, its settings, and sending a message."""

from __future__ import annotations

import logging
from typing import Any, cast
from uuid import UUID

from celery import Celery, Task
from celery.exceptions import Retry
from flask import Flask, current_app

from .registry import jobs_of
from .running import perform

EXTENSION = "celery"


def celery_of() -> Celery:
    """Return the Celery application of the current application, made on first use."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = celery_init_app(app)
    made: Celery = app.extensions[EXTENSION]
    return made


def celery_init_app(app: Flask) -> Celery:
    """Make a Celery application whose tasks are the jobs of a Flask application."""

    class JobTask(Task):
        """A task whose arguments and outcome are in the job's row."""

        def __call__(self, *_: Any, **__: Any) -> Any:
            """Run the job whose id the message brought."""
            return perform(app, self)

        def retry(self, *_: Any, exc: Any = None, countdown: Any = None, **__: Any) -> Any:
            """Have the job tried again; Celery's own way would send a message by itself."""
            raise Retry(exc=exc, when=countdown)

    celery = Celery(app.name, task_cls=JobTask, set_as_current=False)
    celery.config_from_object(settings(app))
    for job in jobs_of(app):
        options = {"throws": (Exception,), **job.options.celery}  # so that no trace is logged twice
        celery.task(name=job.name, shared=False, typing=False, **options)(job.function)
    celery.finalize(auto=True)
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)  # we tell how jobs end
    return celery


def settings(app: Flask) -> dict[str, Any]:
    """Return Celery's settings."""
    limit, grace = app.config["TASKS_TIME_LIMIT"], app.config["TASKS_GRACE_SECONDS"]
    url, prefix = app.config["TASKS_BROKER_URL"], app.config["TASKS_BROKER_PREFIX"]
    return {
        "broker_url": url,
        "task_default_queue": f"{prefix}celery",
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_serializer": "json",
        "task_ignore_result": True,  # results are in the jobs' rows
        "task_track_started": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": limit,
        "worker_prefetch_multiplier": 1,  # a job waits where a free worker can take it
        "worker_soft_shutdown_timeout": float(grace),
        "worker_enable_soft_shutdown_on_idle": False,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 2,
        "broker_transport_options": transport_options(url, prefix, limit),
        "timezone": "UTC",
    }


def transport_options(url: str, prefix: str, limit: int) -> dict[str, Any]:
    """Return the options of a broker.

    Redis delivers a message again that was not acknowledged within `visibility_timeout`, an hour
    unless set, whether its worker died or is still busy. Dead workers are noticed by their leases
    long before, so it only has to be longer than the longest job.
    """
    # Whoever sends a message to a broker that is away waits for no second try: it is sent later.
    options: dict[str, Any] = {"max_retries": 0}
    if not url.startswith(("redis", "sentinel")):
        return options
    return {
        **options,
        "global_keyprefix": prefix,
        "visibility_timeout": limit + 60,
        "socket_connect_timeout": 2,
        "socket_timeout": 30,
    }


def send(job_id: UUID, name: str) -> None:
    """Send the message for a job: nothing but its id."""
    celery_of().tasks[name].apply_async(task_id=str(job_id), retry=False)
