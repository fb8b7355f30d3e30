"""Other origins: whose pages may use the API from a browser (CORS)."""

from __future__ import annotations

import re

from flask import Flask, Response, request
from flask_cors import CORS

from flask_modular import ModularError

from .problems import is_api, prefixes

EXPOSED = (
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Policy",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
)


def admit_origins(app: Flask) -> None:
    """Let pages of the configured origins use the API.

    :raises ModularError: for what is no origin, or for cookies from everywhere.
    """
    origins: list[str] = app.config["API_CORS_ORIGINS"]
    credentials: bool = app.config["API_CORS_CREDENTIALS"]
    for origin in origins:
        if origin != "*" and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?", origin):
            raise ModularError(
                f'"{origin}" in `cors_origins` of [api] is no origin; write it like '
                f"https://app.example.com, without a path."
            )
    if "*" in origins and credentials:
        raise ModularError(
            '`cors_credentials` of [api] lets every page in the world act for its visitors with "*"'
            " among `cors_origins`; name the origins."
        )
    if origins and "*" not in origins:
        app.after_request(vary)
    if origins:
        CORS(
            app,
            resources=[re.compile(rf"{re.escape(prefix)}(/.*)?$") for prefix in prefixes(app)],
            origins=origins,
            supports_credentials=credentials,
            send_wildcard="*" in origins,
            expose_headers=list(EXPOSED),
            max_age=600,
        )


def vary(response: Response) -> Response:
    """Tell caches that an answer is for one origin, also where another has asked."""
    if is_api(request.path):
        response.vary.add("Origin")
    return response
