"""What concerns the application as a whole: errors, the root, sizes, limits, other origins."""

from __future__ import annotations

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from flask_modular import access, current_registry

from . import module
from .problems import is_api, take_errors
from .specification import specification_of


@module.ready
def answer_errors(app: Flask) -> None:
    """Answer errors with problem documents."""
    take_errors(app)


@module.ready
def lead_to_documentation(app: Flask) -> None:
    """Send who opens the root to the documentation, where nothing else is there."""
    try:
        app.url_map.bind("localhost").match("/", method="GET")
    except HTTPException:
        app.add_url_rule("/", "api_root", open_documentation)


@access.public
def open_documentation() -> Response:
    """Lead to the documentation."""
    return redirect(url_for(current_registry().endpoint(module.name, ".docs")))


@module.ready
def leave_forms_to_pages(app: Flask) -> None:
    """Ask for no form's token: who lets cookies authorize a request asks for one itself."""
    if csrf := app.extensions.get("csrf"):
        for blueprint, _ in specification_of(app).waiting:
            csrf.exempt(blueprint)


@module.ready
def set_limits(app: Flask) -> None:
    """Limit requests, replay answers, let other origins in, each as the settings say."""
    from .idempotency import keep_answers
    from .limits import limit_requests
    from .origins import admit_origins

    admit_origins(app)
    limit_requests(app)
    keep_answers(app)


@module.before_app_request
def limit_body() -> None:
    """Refuse bodies that are larger than an API needs."""
    if is_api(request.path):
        request.max_content_length = current_app.config["API_MAX_BODY"]
