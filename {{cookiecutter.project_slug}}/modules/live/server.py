"""The Socket.IO server as it is set up here, and the queue between several of them."""

from __future__ import annotations

import sys
from contextlib import suppress
from hashlib import blake2b
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_socketio import SocketIO
from simple_websocket import ConnectionClosed
from socketio import Manager, RedisManager, Server

from .origins import is_allowed

if TYPE_CHECKING:
    from .hub import Hub

ALL = "/"  # the namespace of all clients
LOOK = 5.0  # how often somebody looks whether a connection is to end, in seconds


class Queue(RedisManager):
    """Servers that reach each other's clients; those who only send open no connection to listen."""

    def _handle_disconnect(self, message: dict[str, Any]) -> None:
        # Of one client there, of a room here; each client is also in a room of its own.
        end_connections(self.server, message["sid"])


def make_socketio(app: Flask, hub: Hub) -> SocketIO:
    """Make the server of an application."""
    limit = app.config["LIVE_MAX_MESSAGE"]
    socketio = SocketIO()
    socketio.init_app(
        None,  # the gate hands requests over, for which there need be no server until then
        async_mode=async_mode(),
        client_manager=manager(app),
        cors_allowed_origins=lambda origin, environ: is_allowed(app, origin, environ),
        max_http_buffer_size=limit,
        async_handlers=False,  # a client's events in their order, and no thread for each
        namespaces=[ALL],
    )
    app.extensions["socketio"] = socketio
    server: Server = socketio.server
    server.on("connect", hub.connect)
    server.on("disconnect", hub.leave)
    server.on("*", hub.receive)
    mend_websockets(server, limit)
    return socketio


def async_mode() -> str:
    """Return gevent where the server process runs on it; a library that is there does not count."""
    monkey: Any = sys.modules.get("gevent.monkey")
    return "gevent" if monkey and monkey.is_module_patched("socket") else "threading"


def manager(app: Flask) -> Manager:
    """Return what knows the clients: of this process, or of all that share a Redis."""
    url = app.config["REDIS_URL"]
    if not url:
        return Manager()
    options = {"socket_connect_timeout": 2, "health_check_interval": 25}
    return Queue(url, channel=channel(app), redis_options=options)


def channel(app: Flask) -> str:
    """Return a name that applications which merely share a Redis do not share."""
    named: str = app.config["LIVE_CHANNEL"]
    key = str(app.config["SECRET_KEY"]).encode()
    return named or f"live-{blake2b(key, digest_size=16, person=b'live').hexdigest()}"


def mend_websockets(server: Server, limit: int) -> None:
    """Refuse large messages while they arrive, and end connections whatever the client says.

    The library refuses a message once it has all of it, and waits for the client's goodbye.
    """
    kind = server.eio._async["websocket"]

    class WebSocket(kind):  # type: ignore[misc, valid-type]
        ws: Any = None

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.server_args["max_message_size"] = limit

        def __call__(self, *args: Any) -> Any:
            try:
                return super().__call__(*args)
            finally:
                if self.ws:
                    with suppress(OSError):
                        self.ws.sock.shutdown(SHUT_RDWR)

        def wait(self) -> Any:
            with suppress(ConnectionClosed):
                while not self.app.__self__.closed:
                    if (message := self.ws.receive(timeout=LOOK)) is not None:
                        return message
            return None

    server.eio._async = {**server.eio._async, "websocket": WebSocket}


def disconnect_room(server: Server, room: str) -> None:
    """End the connections of a room, in whichever process they are."""
    if isinstance(server.manager, Queue):
        server.manager.disconnect(room, ALL)
    else:
        end_connections(server, room)


def end_connections(server: Server, room: str) -> None:
    """End the connections of a room in this process."""
    for sid, eio_sid in list(server.manager.get_participants(ALL, room)):
        server.disconnect(sid, ignore_queue=True)
        end_connection(server, eio_sid)


def end_connection(server: Server, eio_sid: str) -> None:
    """End a connection, whether or not somebody was let in by it."""
    # Forgotten first: the library has no answer to what is sent to one that it closed itself.
    if connection := server.eio.sockets.pop(eio_sid, None):
        connection.close(wait=False)  # whoever waits may do so for ever, and this is a loop
