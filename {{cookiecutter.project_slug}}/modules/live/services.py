"""What other modules use: `on` in their sockets.py, and `push` wherever something happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, request

from .hub import connected, disconnected, hub_of, identity_room, inner_room

if TYPE_CHECKING:
    from marshmallow import Schema

F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "Event",
    "connected",
    "current_sid",
    "disconnect",
    "disconnected",
    "join",
    "leave",
    "on",
    "push",
]


@dataclass(frozen=True)
class Event:
    """What clients may send: its name, and what its values have to look like."""

    name: str
    schema: type[Schema] | None = None


def on(name: str, schema: type[Schema] | None = None) -> Callable[[F], F]:
    """Call a function when a client sends an event; what it returns is the client's answer.

    It runs as a view does: the policies are asked first, `current_identity()` and `abort` work.

    :param name: begins with the module's, such as `chat.post`.
    :param schema: what the event's values are checked with before they are passed as a dict;
        without one the event has none.
    """

    def decorate(function: F) -> F:
        function.__live_event__ = Event(name, schema)  # type: ignore[attr-defined]
        return function

    return decorate


def push(event: str, data: Any = None, *, to: str = "", room: str = "") -> None:
    """Send an event to all who are connected, whichever process they are connected to.

    Commit first: clients may ask at once for what they are told of.

    :param data: anything that JSON knows.
    :param to: only to this person, as `current_identity()` names them.
    :param room: only to those who have joined this room, such as `chat:5`.
    """
    target = identity_room(to) if to else inner_room(room) if room else None
    hub_of(current_app).push(event, data, target)


def disconnect(identity: str) -> None:
    """End all connections of a person; those that are still signed in come back by themselves."""
    if identity:
        hub_of(current_app).disconnect(identity_room(identity))


def join(room: str) -> None:
    """Have the client whose event is being handled get what is pushed to a room."""
    hub_of(current_app).server.enter_room(current_sid(), inner_room(room))


def leave(room: str) -> None:
    """Have the client whose event is being handled get no more of a room."""
    hub_of(current_app).server.leave_room(current_sid(), inner_room(room))


def current_sid() -> str:
    """Return the id of the connection whose event is being handled."""
    sid: str = request.environ["live.sid"]
    return sid
