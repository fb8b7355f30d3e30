"""The gate: requests of clients that connect go to the hub, before the application sees them."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from flask import Flask

from flask_modular.addresses import network_of

from .checking import is_within
from .hub import hub_of
from .origins import is_allowed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


SINCE = "live.since"
Query = dict[str, list[str]]
Refusal = tuple[str, str]


class Gate:
    """WSGI middleware.

    :param inner: the application.
    """

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self.app, self.inner = app, inner
        self.path = app.config["LIVE_PATH"]
        self.held: set[object] = set()
        self.lock = Lock()
        self.is_watched = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != self.path:
            return self.inner(environ, start_response)
        query = parse_qs(environ.get("QUERY_STRING", ""))  # as the library reads it
        place = place_of(environ, query)
        refusal = self.refusal(environ, query) or self.hold(place)
        if refusal:
            return _say(start_response, *refusal)
        try:
            self.ensure_watched()
            environ[SINCE] = monotonic()
            answer: Iterable[bytes] = hub_of(self.app).server.handle_request(
                environ, start_response
            )
            return answer
        finally:
            self.held.discard(place)

    def refusal(self, environ: WSGIEnvironment, query: Query) -> Refusal | None:
        """Return why a request is refused, or None."""
        origin = environ.get("HTTP_ORIGIN", "")
        if origin and not is_allowed(self.app, origin, environ):
            return "403 Forbidden", "Pages of this origin may not connect."
        address = network_of(environ.get("REMOTE_ADDR", ""))
        if "sid" not in query and not is_within("CONNECT", address, self.app):
            return "429 Too Many Requests", "There were too many in a short time. Wait a moment."
        return None

    def hold(self, place: object) -> Refusal | None:
        """Keep a thread for a request, or return why it gets none.

        A connection takes one as long as it lasts: some are left for whatever else there is.
        """
        with self.lock:
            if place in self.held:
                return "400 Bad Request", "This connection waits for an answer already."
            if len(self.held) >= self.app.config["LIVE_MAX_CONNECTIONS"]:
                return "503 Service Unavailable", "Too many are connected."
            self.held.add(place)
        return None

    def ensure_watched(self) -> None:
        """Begin to look whether those who are connected still may be; once in each process."""
        with self.lock:
            if not self.is_watched:
                from .rechecks import watch  # late: it brings the library

                self.is_watched = True
                watch(hub_of(self.app))


def place_of(environ: WSGIEnvironment, query: Query) -> object:
    """Return what a request holds: its own, or the one that its connection may wait in.

    Engine.IO forbids clients to wait twice; here, once for each transport while they change it.
    """
    if environ["REQUEST_METHOD"] != "GET" or "sid" not in query:
        return object()
    return (query["sid"][0], query.get("transport", ["polling"])[0])


def _say(start_response: StartResponse, status: str, text: str) -> Iterable[bytes]:
    headers: list[Any] = [("Content-Type", "text/plain; charset=utf-8")]
    start_response(status, [*headers, ("Cache-Control", "no-store")])
    return [f"{text}\n".encode()]
