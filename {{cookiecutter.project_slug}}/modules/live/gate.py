"""The gate: requests of clients that connect go to the hub, before the application sees them."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock, Semaphore, Thread
from typing import TYPE_CHECKING, Any

from flask import Flask

from .checking import is_within
from .hub import hub_of
from .origins import is_allowed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Gate:
    """WSGI middleware.

    :param inner: the application.
    """

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self.app, self.inner = app, inner
        self.path = app.config["LIVE_PATH"]
        self.free = Semaphore(app.config["LIVE_MAX_CONNECTIONS"])
        self.lock = Lock()
        self.rechecks = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != self.path:
            return self.inner(environ, start_response)
        refusal = self.refusal(environ)
        if refusal:
            return _say(start_response, *refusal)
        # A connection takes a thread as long as it lasts: some are left for whatever else there is.
        if not self.free.acquire(blocking=False):
            return _say(start_response, "503 Service Unavailable", "Too many are connected.")
        try:
            self.ensure_rechecks()
            answer: Iterable[bytes] = hub_of(self.app).server.handle_request(
                environ, start_response
            )
            return answer
        finally:
            self.free.release()

    def refusal(self, environ: WSGIEnvironment) -> tuple[str, str] | None:
        """Return why a request is refused, or None."""
        origin = environ.get("HTTP_ORIGIN", "")
        if origin and not is_allowed(self.app, origin, environ):
            return "403 Forbidden", "Pages of this origin may not connect."
        is_new = "sid=" not in environ.get("QUERY_STRING", "")
        if is_new and not is_within("CONNECT", environ.get("REMOTE_ADDR", ""), self.app):
            return "429 Too Many Requests", "There were too many in a short time. Wait a moment."
        return None

    def ensure_rechecks(self) -> None:
        """Begin to look whether those who are connected still may be; once in each process."""
        with self.lock:
            if not self.rechecks:
                from .rechecks import recheck_for_ever  # late: it brings the library

                self.rechecks = True
                hub = hub_of(self.app)
                Thread(target=recheck_for_ever, args=(hub,), name="live", daemon=True).start()


def _say(start_response: StartResponse, status: str, text: str) -> Iterable[bytes]:
    headers: list[Any] = [("Content-Type", "text/plain; charset=utf-8")]
    start_response(status, [*headers, ("Cache-Control", "no-store")])
    return [f"{text}\n".encode()]
