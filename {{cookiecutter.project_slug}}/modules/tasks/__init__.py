"""Tasks: background jobs, on Celery, with a row for each job."""

from flask import Flask

from flask_modular import Module, Part

module = Module(__name__)


@module.collects("tasks")
def collect_tasks(app: Flask, part: Part) -> None:
    """Import a module's jobs, and let the application know them."""
    from .registry import jobs_of

    jobs_of(app).collect(part.load())
