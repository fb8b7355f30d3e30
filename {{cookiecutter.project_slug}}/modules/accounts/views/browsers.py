"""What browsers get where programs get JSON: pages, and the way to the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from flask_modular import current_registry
from modules.site.services import fill

from .. import module
from ..problems import answer
from ..services import current_user

View = Callable[..., Any]
# Where the links in mails lead, and the pages that browsers get instead.
PAGES = {"confirm_email": "confirm", "reset_password": "new_password"}

fill(module, "header", "accounts/_header.html")


def account_url(endpoint: str, **values: Any) -> str:
    """Return the URL of one of the pages, at the module's first mount."""
    return url_for(current_registry().endpoint(module.name, f".{endpoint}"), **values)


def wants_page() -> bool:
    """Tell whether a client would rather have HTML than JSON."""
    accepts = request.accept_mimetypes
    return accepts["text/html"] > accepts["application/json"]


@module.ready
def init_pages(app: Flask) -> None:
    """Lead browsers to pages, and show them errors as all pages do."""
    app.jinja_env.globals.update(account_url=account_url, account_user=current_user)
    for endpoint, page in PAGES.items():
        view = app.view_functions[f"security.{endpoint}"]
        app.view_functions[f"security.{endpoint}"] = leading_to(page, view)
    for mount in current_registry().modules[module.name].mounts:
        app.error_handler_spec[mount.name][None][HTTPException] = answer_error


def leading_to(page: str, view: View) -> View:
    """Send browsers that open a link to a page."""

    @wraps(view)
    def answer(**values: Any) -> Any:
        if request.method != "POST" and wants_page():
            return redirect(account_url(page, **values))
        return view(**values)

    return answer


def answer_error(error: HTTPException) -> Any:
    """Show the site's error page on pages, and a problem document elsewhere."""
    view = current_app.view_functions[request.endpoint or ""]
    if view.__module__.startswith(f"{__package__}."):
        show: View = current_app.error_handler_spec[None][None][HTTPException]
        return show(error)
    return answer(error)


@module.after_app_request
def ask_to_sign_in(response: Response) -> Response:
    """Send browsers that were refused a page to the sign-in page, and back afterwards."""
    if response.status_code != 401 or response.mimetype != "text/html":
        return response
    if request.method not in ("GET", "HEAD") or "Authorization" in request.headers:
        return response
    here = request.full_path if request.query_string else request.path
    answer = redirect(account_url("sign_in", next=request.script_root + here))
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]


@module.after_request
def keep_to_oneself(response: Response) -> Response:
    """Have no page on an account kept where the next one at the same screen may find it."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
