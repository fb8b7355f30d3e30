"""People whom the tests make up, and events and rooms for them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import date
from typing import Any

import pytest
from flask import Flask, abort, request
from flask_socketio import SocketIOTestClient
from marshmallow import Schema, fields
from marshmallow.validate import Length
from werkzeug.exceptions import Unauthorized

from flask_modular import Permission, access, current_identity, current_registry
from flask_modular.access import Guard
from modules.live.checking import EXTENSION as LIMITS
from modules.live.hub import Hub, hub_of
from modules.live.services import on

# Who is signed in, and who is in which room.
signed_in: set[str] = set()
members: set[tuple[str, str]] = set()


class TextSchema(Schema):
    text = fields.String(required=True, validate=Length(1, 20))


@on("probe.say", TextSchema)
@access.public
def say(values: dict[str, Any]) -> dict[str, Any]:
    """Answer who said what."""
    return {"who": current_identity(), "text": values["text"], "on": date(2026, 1, 31)}


@on("probe.ping")
@access.public
def ping() -> str:
    """Take no values."""
    return "pong"


@on("probe.write")
@access("probe.write")
def write() -> None:
    """Ask for a permission."""


@on("probe.forgotten")
def forgotten() -> None:
    """Declare nothing."""


@on("probe.refuse")
@access.public
def refuse() -> None:
    """Refuse."""
    abort(409, "Not now.")


@on("probe.fail")
@access.public
def fail() -> None:
    """Have a fault."""
    raise RuntimeError("password=hunter2")


def may_join(room: str) -> bool:
    """Tell whether somebody is a member of a room."""
    return (current_identity(), room) in members


def who() -> str | None:
    """Return who is named in a header, if they are signed in."""
    name = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if name and name not in signed_in:
        raise Unauthorized("You are signed out.")
    return name or None


def policy(permission: Permission | None) -> None:
    """Refuse whoever wants to write."""
    if permission is not None and permission.name == "probe.write":
        abort(403, "This takes a permission.")


class Client:
    """Somebody who is connected, or was refused."""

    def __init__(self, hub: Hub, name: str = "", **options: Any) -> None:
        headers = {"Authorization": f"Bearer {name}"} if name else {}

        def connect() -> SocketIOTestClient:
            return hub.socketio.test_client(hub.app, headers=headers, **options)

        self.inner = Context().run(connect)

    @property
    def connected(self) -> bool:
        """Tell whether the connection lasts."""
        connected: bool = self.inner.is_connected()
        return connected

    def emit(self, event: str, *values: Any) -> dict[str, Any]:
        """Send an event, and return the answer."""
        answer: dict[str, Any] = Context().run(self.inner.emit, event, *values, callback=True)
        return answer

    def received(self) -> list[tuple[str, Any]]:
        """Return what was pushed since the last call."""
        return [(one["name"], one["args"][0]) for one in self.inner.get_received()]


Connect = Callable[..., Client]


@pytest.fixture
def hub(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Return the hub, with the events of this file, and nobody connected."""
    with app.app_context():
        registry = current_registry()
    monkeypatch.setitem(app.config, "REDIS_URL", "")
    monkeypatch.setattr(registry, "identities", {"probe": [who]})
    monkeypatch.setattr(registry, "guard", Guard([policy], {}))
    monkeypatch.setattr(registry, "actions", dict(registry.actions))
    kept = hub_of(app)
    hub = Hub(app)
    monkeypatch.setitem(app.extensions, "live", hub)
    hub.handlers.update(kept.handlers)
    hub.collect("probe", sys.modules[__name__])
    app.extensions.pop(LIMITS, None)
    signed_in.update({"ada", "eve"})
    yield hub
    signed_in.clear()
    members.clear()


@pytest.fixture
def connect(hub: Hub) -> Connect:
    """Return a function that connects somebody."""
    return lambda *args, **options: Client(hub, *args, **options)
