"""The envelope around every response: its request id, security headers and access log line.

This is WSGI middleware and not a pair of `before_request` and `after_request` functions: it costs
half as much, and it covers what never reaches a view.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from secrets import token_hex
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "ops.request_id"
HEALTH_PAGES = ("/livez", "/readyz")

# What a client sends ends up in logs and in a response header: short, and of harmless characters.
_is_sane = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}").fullmatch

log = logging.getLogger("modules.ops.access")


class Envelope:
    """Wrap an application.

    :param app: the WSGI application inside.
    :param headers: added to each response that does not have them; empty ones are left out.
    :param transport: the Strict-Transport-Security header, added over TLS only.
    :param access_log: whether to write a line for each request.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        headers: Mapping[str, str],
        transport: str = "",
        access_log: bool = True,
    ) -> None:
        self.app = app
        self.access_log = access_log
        self.plain = [(name, value) for name, value in headers.items() if value]
        self.secure = [*self.plain]
        if transport:
            self.secure.append(("Strict-Transport-Security", transport))
        self.names = frozenset(name.lower() for name, _ in self.secure)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ[REQUEST_ID] = request_id = given if _is_sane(given) else token_hex(8)
        code = "500"

        def respond(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            nonlocal code
            code = status[:3]
            # Only here, for a proxy's word on the scheme is read inside.
            sealed = self.seal(headers, secure=environ["wsgi.url_scheme"] == "https")
            sealed.append(("X-Request-ID", request_id))
            return start_response(status, sealed, exc_info)

        try:
            return self.app(environ, respond)
        except (StopIteration, ConnectionError):
            code = "101"  # it was a WebSocket: servers have it end so, without a response
            raise
        finally:
            if self.access_log:
                write_access_line(environ, int(code), (perf_counter() - started) * 1000)

    def seal(self, headers: list[tuple[str, str]], *, secure: bool) -> list[tuple[str, str]]:
        """Return the headers of a response with those that it lacks."""
        ours = self.secure if secure else self.plain
        present = {name.lower() for name, _ in headers}
        if self.names.isdisjoint(present):
            return headers + ours
        return headers + [item for item in ours if item[0].lower() not in present]


def write_access_line(environ: WSGIEnvironment, status: int, duration: float) -> None:
    """Log one request: without its query string, which may hold secrets.

    :param duration: in milliseconds.
    """
    path = environ.get("PATH_INFO", "")
    level = logging.DEBUG if path.endswith(HEALTH_PAGES) else logging.INFO
    if not log.isEnabledFor(level):
        return
    path = path.encode("latin-1", "replace").decode("utf-8", "replace")[:500]
    fields = {
        "request_id": environ[REQUEST_ID],
        "method": environ.get("REQUEST_METHOD", ""),
        "path": environ.get("SCRIPT_NAME", "") + path,
        "status": status,
        "duration_ms": round(duration, 1),
        "client": environ.get("REMOTE_ADDR"),
    }
    log.log(level, "%(method)s %(path)s %(status)s in %(duration_ms)s ms", fields, extra=fields)
