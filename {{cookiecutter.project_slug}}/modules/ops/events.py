"""What happens to the application as a whole: proxies, the envelope, logging."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from . import module
from .envelope import REQUEST_ID, Envelope
from .logs import configure_logging

# Each header and the setting that holds it.
HEADERS = {
    "Content-Security-Policy": "OPS_CONTENT_SECURITY_POLICY",
    "X-Content-Type-Options": "OPS_CONTENT_TYPE_OPTIONS",
    "X-Frame-Options": "OPS_FRAME_OPTIONS",
    "Referrer-Policy": "OPS_REFERRER_POLICY",
    "Permissions-Policy": "OPS_PERMISSIONS_POLICY",
    "Cross-Origin-Opener-Policy": "OPS_CROSS_ORIGIN_OPENER_POLICY",
}


@module.ready
def wrap(app: Flask) -> None:
    """Put the envelope around the application, and what proxies say inside it."""
    inner: Any = app.wsgi_app
    hops = app.config["OPS_PROXY_HOPS"]
    if hops:
        # ProxyFix trusts one hop of some headers by default: name each, trusted or not.
        names = ("for", "proto", "host", "port", "prefix")
        trusted = app.config["OPS_PROXY_HEADERS"]
        inner = ProxyFix(inner, **{f"x_{name}": hops * (name in trusted) for name in names})
    app.wsgi_app = Envelope(  # type: ignore[method-assign]
        inner,
        headers={name: app.config[setting] for name, setting in HEADERS.items()},
        transport=app.config["OPS_STRICT_TRANSPORT_SECURITY"],
        access_log=app.config["OPS_ACCESS_LOG"],
    )
    configure_logging(app)


@module.before_app_request
def name_request() -> None:
    """Keep the request id in `g.request_id`."""
    g.request_id = request.environ.get(REQUEST_ID, "")
