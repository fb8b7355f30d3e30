"""What happens to the application as a whole: extensions, template globals, cached assets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Flask, Response, current_app, request

from flask_modular import access
from flask_modular.access import serves_assets

from . import assets, module, services

module.permit("bootstrap.static", access.public)


@module.ready
def init_extensions(app: Flask) -> None:
    """Initialize Bootstrap and CSRF protection, and give templates what they need."""
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    # A token lives as long as its session: nobody loses a text that took more than an hour.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    services.bootstrap.init_app(app)
    services.csrf.init_app(app)
    names = (
        *("site_menu", "site_home", "site_asset", "site_link", "site_icon", "site_slot"),
        *("site_language", "site_value"),
    )
    app.jinja_env.globals.update({name: getattr(services, name) for name in names})
    app.jinja_env.filters["localized"] = services.localized


@module.ready
def cache_assets(app: Flask) -> None:
    """Let browsers keep static files for a year: their URLs change with their content."""
    for endpoint, view in app.view_functions.items():
        if serves_assets(view):
            app.view_functions[endpoint] = _cached(view)


def _cached(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def send(**values: Any) -> Any:
        find = partial(assets.fingerprint, current_app, request.endpoint or "")
        filename, digest = assets.unhashed(values["filename"])
        content = find(filename) if filename else None
        if content is None or find(values["filename"]):  # what looks like a digest is none
            return view(**values)
        response = view(**{**values, "filename": filename})
        # Any other content, such as that of a server that is not updated yet, is kept by nobody.
        if isinstance(response, Response) and digest == content:
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = 31_536_000
            response.cache_control.immutable = True
        return response

    return send


@module.app_url_defaults
def name_by_content(endpoint: str, values: dict[str, Any]) -> None:
    """Name static files by their content in URLs: `site.cf7bb4dd69.css`."""
    view = current_app.view_functions.get(endpoint)
    if view is not None and "filename" in values and serves_assets(view):
        digest = assets.fingerprint(current_app, endpoint, values["filename"])
        if digest:
            values["filename"] = assets.hashed(values["filename"], digest)
