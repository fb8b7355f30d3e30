"""Processes of this project, with a slow job more, and a database of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import create_app
from flask_modular import db
from flask_modular.upgrades import upgrade
from modules.tasks.models import Job, now

TASKS = """
import os, time
from pathlib import Path
from modules.tasks.services import job

@job(max_retries=0)
def slow(name: str, pauses: int) -> str:
    file = Path(os.environ["MARKS"], name)
    with file.open("a") as marks:
        marks.write(f"{os.getpgid(0)}\\n")
    if len(file.read_text().split()) <= pauses:
        time.sleep(600)
    return "done"
"""
MODULE = "from flask_modular import Module\n\nmodule = Module(__name__)\n"
PATIENCE = 60.0


class Processes:
    """What runs the jobs of one database.

    :param folder: an empty one.
    """

    def __init__(self, app: Flask, folder: Path) -> None:
        self.root, self.folder = Path(app.root_path), folder
        self.started: dict[int, subprocess.Popen[bytes]] = {}
        for file, text in (("__init__.py", MODULE), ("tasks.py", TASKS)):
            path = folder / "modules/probe" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (folder / "modules.toml").write_text("[probe]\nenabled = true\n", encoding="utf-8")
        (folder / "marks").mkdir()
        url = f"sqlite:///{folder / 'test.db'}"
        self.app = create_app({"SQLALCHEMY_DATABASE_URI": url})
        with self.app.app_context():
            upgrade()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FLASK_", "TEST_"))}
        self.environment = {
            **kept,
            "FLASK_CONFIG": "development",
            "FLASK_DEBUG": "0",
            "FLASK_ACCESS_OPEN": "1",  # whatever else is in the project may need it
            "FLASK_MODULES_TOML": str(folder / "modules.toml"),
            "DATABASE_URL": url,
            "FLASK_TASKS_LEASE_SECONDS": "2",
            "FLASK_TASKS_GRACE_SECONDS": "1",
            "CELERY_BROKER_URL": "",
            "MARKS": str(folder / "marks"),
            "PYTHONPATH": str(folder),
        }

    def use(self, broker: str, prefix: str) -> None:
        """Have the processes share a broker, where a prefix tells their messages from others'."""
        self.environment["FLASK_TASKS_BROKER_URL"] = broker
        self.environment["FLASK_TASKS_BROKER_PREFIX"] = prefix

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """Start `flask …` in a process group of its own."""
        process = subprocess.Popen(  # noqa: S603 (it is the tests' own)
            [sys.executable, "-m", "flask", *args],
            cwd=self.root,
            env=self.environment,
            start_new_session=True,
        )
        self.started[process.pid] = process
        return process

    def queue(self, name: str, pauses: int) -> None:
        """Store a job that pauses for long the first times, as a process that then dies would."""
        values: dict[str, Any] = {"args": [name, pauses], "kwargs": {}}
        with self.app.app_context():
            db.session.add(Job(name="probe.slow", arguments=values, due_at=now()))
            db.session.commit()

    def state(self, name: str) -> str:
        """Return the state of a job."""
        with self.app.app_context():
            jobs = db.session.scalars(select(Job).where(Job.name == "probe.slow"))
            return next(job.state for job in jobs if job.arguments["args"][0] == name)

    def runners(self, name: str) -> list[int]:
        """Return the process groups that a job was started in, one after the other."""
        file = self.folder / "marks" / name
        return [int(text) for text in file.read_text().split()] if file.exists() else []

    def runner(self, name: str, times: int = 1) -> subprocess.Popen[bytes]:
        """Wait until a job was started so often, and return the process that did so last."""
        eventually(lambda: len(self.runners(name)) >= times)
        return self.started[self.runners(name)[times - 1]]

    def close(self) -> None:
        """End everything."""
        for process in self.started.values():
            kill(process)
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all of its children, at once; also those that have outlived it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for something."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "It never happened."
        time.sleep(0.05)


def free_port() -> str:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])
