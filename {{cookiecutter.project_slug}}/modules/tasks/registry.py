"""The jobs of one application, and what names this process among the workers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Event
from types import ModuleType
from typing import Any

from flask import Flask, current_app

from flask_modular import ModularError
from flask_modular.errors import CollisionError, did_you_mean

from .jobs import BackgroundJob

EXTENSION = "tasks"


@dataclass
class Jobs:
    """The jobs that `tasks.py` files define, by name; lives in `app.extensions`."""

    known: dict[str, BackgroundJob[..., Any]] = field(default_factory=dict)
    wake: Event = field(default_factory=Event)  # set when this process has queued a job
    process: str = ""  # what the leases of this worker begin with, those of its children too

    def __iter__(self) -> Iterator[BackgroundJob[..., Any]]:
        """Iterate over the jobs."""
        return iter(self.known.values())

    def collect(self, part: ModuleType) -> None:
        """Add the jobs that a Python module defines."""
        for value in vars(part).values():
            inside = f"{part.__name__}."
            if isinstance(value, BackgroundJob) and f"{value.module}.".startswith(inside):
                self.add(value)

    def add(self, job: BackgroundJob[..., Any]) -> None:
        """Add one job.

        :raises CollisionError: when another one has its name.
        """
        if self.known.setdefault(job.name, job) is not job:
            raise CollisionError(f'Two jobs are named "{job.name}"; rename one of them.')

    def get(self, name: str) -> BackgroundJob[..., Any]:
        """Return a job by its name.

        :raises ModularError: when there is none.
        """
        if name not in self.known:
            raise ModularError(
                f'There is no job "{name}" here; jobs stand in the tasks.py of their module.'
                + did_you_mean(name, self.known)
            )
        return self.known[name]


def jobs_of(app: Flask) -> Jobs:
    """Return the jobs of an application."""
    jobs: Jobs = app.extensions.setdefault(EXTENSION, Jobs())
    return jobs


def name_process(app: Flask) -> str:
    """Name this process as a worker, before it forks children."""
    jobs_of(app).process = name = f"{socket.gethostname()[:150]}:{os.getpid()}:{token_hex(4)}:"
    return name


def lease_name() -> str:
    """Return a name for one lease that no other has."""
    return jobs_of(current_app).process + token_hex(8)
