"""Servers of this project that share a Redis, with a module more, and a client for them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import simple_websocket
from flask import Flask
from redis import Redis

from app import create_app
from flask_modular import db
from flask_modular.upgrades import upgrade

PROBE = {
    "__init__.py": """
from flask import request
from flask_modular import Module
module = Module(__name__)

@module.identity
def who():
    return request.headers.get("X-Person")
""",
    "sockets.py": """
from flask_modular import access
from marshmallow import Schema, fields
from modules.live.services import on, push

class TextSchema(Schema):
    text = fields.String(required=True)

def may_join(room):
    return room == "5"

@on("probe.say", TextSchema)
@access.public
def say(values):
    push("probe.said", values, room="probe:5")
""",
    "commands.py": """
import click
from flask_modular import has
from modules.live.services import disconnect, push
from . import module

@module.cli.command()
@click.argument("text")
def tell(text):
    push("probe.told", text)

@module.cli.command()
@click.argument("name")
def out(name):
    disconnect(name)

if has("tasks"):
    from .tasks import work

    @module.cli.command()
    def queue():
        from flask_modular import db
        work.enqueue()
        db.session.commit()
""",
    "tasks.py": """
from modules.live.services import push
from modules.tasks.services import job

@job
def work():
    push("probe.told", "by a job")
""",
}
POLL = "/socket.io/?EIO=4&transport=polling"
PATIENCE = 60.0


class Servers:
    """Processes that share a database and a Redis.

    :param folder: an empty one.
    """

    def __init__(self, app: Flask, folder: Path, redis_url: str) -> None:
        self.root, self.redis_url = Path(app.root_path), redis_url
        self.channel = f"test-{uuid4().hex}"
        self.started: list[subprocess.Popen[bytes]] = []
        for name, text in PROBE.items():
            path = folder / "modules/probe" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (folder / "modules.toml").write_text("[probe]\nenabled = true\n", encoding="utf-8")
        url = f"sqlite:///{folder / 'test.db'}"
        self.app = create_app({"SQLALCHEMY_DATABASE_URI": url})
        with self.app.app_context():
            upgrade()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FLASK_", "TEST_"))}
        self.environment = {
            **kept,
            "FLASK_CONFIG": "production",
            "FLASK_ACCESS_OPEN": "1",  # whatever else is in the project may need it
            "FLASK_MODULES_TOML": str(folder / "modules.toml"),
            "FLASK_TASKS_EMBEDDED": "false",
            "SECRET_KEY": uuid4().hex,
            "FLASK_LIVE_CHANNEL": self.channel,
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "CELERY_BROKER_URL": "",
            "PYTHONPATH": str(folder),
        }

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """Start a Python module."""
        process = subprocess.Popen(  # noqa: S603 (it is the tests' own)
            [sys.executable, "-m", *args],
            cwd=self.root,
            env=self.environment,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def serve(self) -> str:
        """Start a server, and return its host and port; who connects waits until it is there."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            host = f"127.0.0.1:{probe.getsockname()[1]}"
        self.start("gunicorn", "app:create_app()", "--bind", host, "--threads", "20")
        return host

    def reach(self, hosts: list[str]) -> None:
        """Wait until servers answer, and hear what others push."""
        for host in hosts:
            wait_until(partial(answers, host))
        with Redis.from_url(self.redis_url) as redis:
            wait_until(
                lambda: dict(redis.pubsub_numsub(self.channel))[self.channel.encode()] >= len(hosts)
            )

    def flask(self, *args: str) -> None:
        """Run a command to its end."""
        assert self.start("flask", *args).wait(PATIENCE) == 0

    def close(self) -> None:
        """End everything."""
        for process in self.started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "It never happens."
        time.sleep(0.05)


def answers(host: str) -> bool:
    """Tell whether a server lets somebody connect; it listens to others from the first on."""
    try:
        return request(host, "GET", POLL)[0] == 200
    except OSError:
        return False


def request(host: str, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    """Send a request as Ada; return status and text."""
    connection = HTTPConnection(host, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {"X-Person": "ada", **headers})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


class Client:
    """Somebody who is connected by WebSocket."""

    def __init__(self, host: str, name: str) -> None:
        url = f"ws://{host}/socket.io/?EIO=4&transport=websocket"
        self.socket = simple_websocket.Client(url, headers={"X-Person": name} if name else {})
        self.socket.send("40")

    def close(self) -> None:
        """Go away."""
        with suppress(simple_websocket.ConnectionClosed):
            self.socket.close()
        self.socket.thread.join()

    def read(self, kind: str) -> Any:
        """Wait for a packet of a kind, and return what is in it."""
        while True:
            packet = self.socket.receive(timeout=PATIENCE)
            assert packet is not None, f"No packet {kind} came."
            if packet.startswith(kind):
                return json.loads(packet.removeprefix(kind) or "null")

    def emit(self, event: str, values: Any) -> Any:
        """Send an event, and return the answer."""
        self.socket.send(f"421{json.dumps([event, values])}")
        return self.read("431")[0]
