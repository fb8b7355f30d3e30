"""How many requests a client may send: counted in memory, or in Redis where there is one."""

from __future__ import annotations

from time import time

from flask import Flask, request
from flask_limiter import Limiter
from limits import parse_many
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from flask_modular import current_identity
from flask_modular.addresses import network_of
from flask_modular.values import check_limits

from .problems import is_api


def limit_requests(app: Flask) -> None:
    """Limit the requests to the API, all of them together, for each client.

    :raises ModularError: when the setting cannot be read.
    """
    limit: str = app.config["API_RATE_LIMIT"]
    if not limit:
        return
    check_limits(app.config, parse_many, "API_RATE_LIMIT", several=True)
    limiter = Limiter(
        client,
        application_limits=[limit],
        storage_uri=app.config.get("REDIS_URL") or "memory://",
        in_memory_fallback_enabled=True,  # what counts requests is no reason to refuse them
        key_prefix="api",
        enabled=not app.testing,
    )
    limiter.request_filter(_is_free)
    limiter.init_app(app)

    @app.after_request
    def tell(response: Response) -> Response:
        return _tell(limiter, response)


def client() -> str:
    """Return who asks: somebody known, or an address."""
    try:
        identity = current_identity()
    except HTTPException:  # bad credentials: whose they are nobody knows
        identity = ""
    return identity or f"address:{network_of(request.remote_addr or '')}"


def _is_free() -> bool:
    return request.method == "OPTIONS" or not is_api(request.path)


def _tell(limiter: Limiter, response: Response) -> Response:
    """Add the headers of the IETF's draft: the limit, what is left of it, and when it is anew."""
    if not is_api(request.path) or (found := limiter.current_limit) is None:
        return response
    window = found.limit.get_expiry()
    wait = min(window, max(0, found.reset_at - int(time())))
    response.headers["RateLimit-Limit"] = str(found.limit.amount)
    response.headers["RateLimit-Remaining"] = str(max(0, found.remaining))
    response.headers["RateLimit-Reset"] = str(wait)
    response.headers["RateLimit-Policy"] = f"{found.limit.amount};w={window}"
    if response.status_code == 429:
        response.headers["Retry-After"] = str(wait)
    return response
