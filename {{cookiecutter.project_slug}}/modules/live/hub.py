"""The hub: the Socket.IO server of one application, with the events and rooms of its modules."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isfunction
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from blinker import Signal
from flask import Flask, abort, current_app
from werkzeug.exceptions import HTTPException

from flask_modular import ModularError, current_identity, current_registry
from flask_modular.access import declared
from flask_modular.addresses import network_of
from flask_modular.registry import registry_of

from .contexts import ask, context_of, prepare, told

if TYPE_CHECKING:
    from flask_socketio import SocketIO
    from socketio import Server

EXTENSION = "live"
IDENTITY = "live.identity"
ROOM = "room:"
MayJoin = Callable[[str], bool]
# Sent with the application, and with `identity` and `sid`, in the context of the connection.
connected, disconnected = Signal(), Signal()


def identity_room(identity: str) -> str:
    """Return the room of all connections of a person."""
    return f"identity:{identity}"


def inner_room(room: str) -> str:
    """Return what the server calls a room of a module: not as it calls those of people."""
    return f"{ROOM}{room}"


class Hub:
    """Events, rooms and connections.

    Its server is made when somebody connects, or something is to be sent through a queue: a
    process that does neither does not pay for it.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.handlers: dict[str, Callable[..., Any]] = {}
        self.may_join: dict[str, MayJoin] = {}
        self.lock = Lock()
        self.made: SocketIO | None = None

    def collect(self, name: str, part: ModuleType) -> None:
        """Add the handlers of a module, and its function `may_join`.

        :raises ModularError: when an event is not named as its module is.
        """
        for function in vars(part).values():
            # Functions only: flask's proxies answer for anything that one looks for in them.
            event = getattr(function, "__live_event__", None) if isfunction(function) else None
            if event is None or function.__module__ != part.__name__:
                continue
            if not event.name.startswith(f"{name}."):
                raise ModularError(
                    f'"{event.name}" is no event of "{name}"; name it "{name}.{event.name}".'
                )
            self.handlers[event.name] = function
            registry_of(self.app).actions[event.name] = function
        if hasattr(part, "may_join"):
            self.may_join[name] = part.may_join

    @property
    def socketio(self) -> SocketIO:
        """Return Flask-SocketIO's object."""
        with self.lock:
            if self.made is None:
                from .server import make_socketio  # late: it takes its time

                self.made = make_socketio(self.app, self)
        return self.made

    @property
    def server(self) -> Server:
        """Return the Socket.IO server."""
        return self.socketio.server

    def push(self, event: str, data: Any, room: str | None) -> None:
        """Send an event to a room, or to everyone."""
        if self.made is not None or self.app.config["REDIS_URL"]:
            self.server.emit(event, as_json(data), to=room)

    def disconnect(self, room: str) -> None:
        """End the connections of a room."""
        if self.made is not None or self.app.config["REDIS_URL"]:
            from .server import disconnect_room

            disconnect_room(self.server, room)

    def connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Let somebody in.

        :raises ConnectionRefusedError: with what the client is told.
        """
        from socketio.exceptions import ConnectionRefusedError

        if isinstance(auth, dict) and isinstance(token := auth.get("token"), str):
            environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"  # browsers can send no header here
        with context_of(self.app, environ, sid):
            try:
                prepare()
                environ[IDENTITY] = identity = self.admit()
                if identity:
                    self.server.enter_room(sid, identity_room(identity))
                connected.send(self.app, identity=identity, sid=sid)
            except HTTPException as error:
                refusal = told(error)
                raise ConnectionRefusedError(refusal["detail"], refusal) from None

    def may(self, room: str, *, default: bool = False) -> bool:
        """Tell whether whoever sends the current event may be in a room, as its module says.

        :param default: what holds for rooms of modules that have no `may_join`.
        """
        module, _, rest = room.partition(":")
        return self.may_join[module](rest) if module in self.may_join else default

    def admit(self) -> str:
        """Return who connects.

        :raises HTTPException: for somebody whom nobody knows, where they may not.
        """
        identity = current_identity()
        knows_people = bool(current_registry().identities)
        if not identity and knows_people and not current_app.config["LIVE_ANONYMOUS"]:
            abort(401, "Please sign in.")
        return identity

    def leave(self, sid: str, *reason: str) -> None:
        """Tell the modules that somebody is gone."""
        environ = self.server.get_environ(sid)
        if environ is not None and IDENTITY in environ:
            with context_of(self.app, environ, sid):
                try:
                    disconnected.send(self.app, identity=environ[IDENTITY], sid=sid)
                except Exception:
                    self.app.logger.exception("A connection could not be ended in order.")

    def receive(self, name: str, sid: str, *values: Any) -> dict[str, Any]:
        """Handle an event, and return what the client is told."""
        environ = self.server.get_environ(sid)
        if environ is None:
            return {"status": 410, "detail": "The connection has ended."}
        with context_of(self.app, environ, sid):
            try:
                return {"status": 200, "data": as_json(self.handle(name, environ, values))}
            except HTTPException as error:
                return {**told(error), **getattr(error, "live_errors", {})}
            except Exception:
                self.app.logger.exception('The event "%s" failed.', name)
                return {"status": 500, "detail": "Something went wrong on our side."}

    def handle(self, name: str, environ: dict[str, Any], values: tuple[Any, ...]) -> Any:
        """Check an event, and have its module handle it.

        :raises HTTPException: when that is refused.
        """
        from .checking import check_limit, check_values

        check_limit("EVENT", environ[IDENTITY] or network_of(environ.get("REMOTE_ADDR", "")))
        if name not in self.handlers:
            abort(404, f'There is no event "{name}".')
        handler = self.handlers[name]
        prepare()
        ask(declared(handler))
        return handler(*check_values(handler, values))


def as_json(data: Any) -> Any:
    """Return data as clients get it: what JSON does not know is written as the API writes it."""
    return current_app.json.loads(current_app.json.dumps(data))


def hub_of(app: Flask) -> Hub:
    """Return the hub of an application."""
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = Hub(app)
    return cast(Hub, app.extensions[EXTENSION])
