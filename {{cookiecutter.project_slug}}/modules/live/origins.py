"""Whose pages may connect: browsers let those of any site do so, and send cookies along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask


def is_allowed(app: Flask, origin: str, environ: Mapping[str, Any]) -> bool:
    """Tell whether pages of an origin may connect: this site's, and those that the settings name.

    What proxies say of host and scheme is believed as far as `ops` has let it through.
    """
    host = environ.get("HTTP_HOST", "")
    own = {f"https://{host}", f"{environ['wsgi.url_scheme']}://{host}"}
    return origin in own or origin in app.config["LIVE_ORIGINS"]
