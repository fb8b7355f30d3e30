"""Jobs of the tests, and processes that run some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from modules.tasks.jobs import BackgroundJob
from modules.tasks.registry import jobs_of

Known = Callable[..., None]


@pytest.fixture
def known(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Known]:
    """Return a function that lets the application know jobs which stand in no `tasks.py`."""

    def add(*jobs: BackgroundJob[..., Any]) -> None:
        for job in jobs:
            monkeypatch.setitem(jobs_of(app).known, job.name, job)
        app.extensions.pop("celery", None)

    yield add
    app.extensions.pop("celery", None)
