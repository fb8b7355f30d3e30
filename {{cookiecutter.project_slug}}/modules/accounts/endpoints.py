"""Flask-Security's endpoints: what they take is checked, what they answer is JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from flask_security.confirmable import confirm_email_token_status, confirm_user
from flask_security.recoverable import reset_password_token_status
from marshmallow import Schema
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from flask_modular import db

from . import bodies, limits
from .callers import caller
from .challenges import challenge
from .problems import answer, problem

View = Callable[..., Any]

BODIES: dict[str, type[Schema]] = {
    "login": bodies.SignIn,
    "logout": bodies.Nothing,
    "register": bodies.SignUp,
    "send_confirmation": bodies.Address,
    "forgot_password": bodies.Address,
    "reset_password": bodies.NewPassword,
    "change_password": bodies.ChangePassword,
    "verify": bodies.Password,
}
MAIL_SENT = "If that address is one that this concerns, a mail is on its way."
MESSAGES = {
    "register": "A mail is on its way; follow the link in it.",
    "send_confirmation": MAIL_SENT,
    "forgot_password": MAIL_SENT,
    "reset_password": "The password is set; sign in with it.",
    "change_password": "The password is changed; other sessions have ended, tokens are revoked.",
    "logout": "You are signed out.",
    "verify": "That is your password.",
}
TRIES_PASSWORD = {"login", "change_password", "verify"}
FOR_NOBODY = {"login", "register"}
SENDS_MAIL = {"register", "send_confirmation", "forgot_password"}
STALE = "The link is not valid, or no longer. Ask for another mail."


def guard(app: Flask) -> None:
    """Put a check of what is sent before each of the endpoints."""
    views = app.view_functions
    for name in BODIES:
        if f"security.{name}" in views:
            views[f"security.{name}"] = guarded(name, views[f"security.{name}"])
    views["security.confirm_email"] = confirm_email
    leave_out_pages(app)
    views["security.reset_password"] = reset_password(views["security.reset_password"])
    for blueprint in ("security", *_mounts(app)):
        app.error_handler_spec[blueprint][None].setdefault(HTTPException, answer)


def leave_out_pages(app: Flask) -> None:
    """Take from endpoints the methods that only a form or its page would need."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "security.confirm_email":
            rule.methods = {"GET", "HEAD", "OPTIONS"}
        elif rule.endpoint.removeprefix("security.") in BODIES and not rule.arguments:
            rule.methods = {"POST", "OPTIONS"}


def _mounts(app: Flask) -> list[str]:
    return [name for name, one in app.blueprints.items() if one.import_name == __package__]


def guarded(name: str, view: View) -> View:
    """Check what is sent to a view, and how often."""

    @wraps(view)
    def answer(**values: Any) -> Any:
        if request.method != "POST":
            return view(**values)
        given = bodies.load(BODIES[name])
        # The policy has asked for the token of a session; nobody else's browser sends JSON unasked.
        g.csrf_valid = True
        user = caller().user
        email = given.get("email") or (user.email if user else "")
        if name in SENDS_MAIL:
            limits.send_mail(email)
        if name in TRIES_PASSWORD:
            limits.try_password(email)
        response = current_app.make_response(view(**values))
        if name in TRIES_PASSWORD:
            tell_limits(email, response)
        return first_come(response) if name == "register" else response

    return answer


def tell_limits(email: str, response: Response) -> None:
    """Count a failure, or forget those before a success."""
    if response.status_code < 400:
        limits.password_was_right(email)
    else:
        limits.password_was_wrong()


def first_come(response: Response) -> Response:
    """Write the new account; say the same where the address was taken in the same moment."""
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
    return response


def render_json(payload: dict[str, Any], code: int, headers: Any, user: Any) -> Response:
    """Answer for Flask-Security: plain JSON, or a problem document."""
    name = (request.endpoint or "").rpartition(".")[2]
    if code >= 400:
        return refused(name, payload, code, headers)
    if request.method == "POST" and name in MESSAGES:
        kept = {"message": MESSAGES[name]}
        if name == "change_password":
            kept["csrf_token"] = payload["csrf_token"]
    else:
        kept = {key: payload[key] for key in ("user", "csrf_token") if key in payload}
    response = jsonify(kept)
    response.status_code = code
    return response


def refused(name: str, payload: dict[str, Any], code: int, headers: Any) -> Response:
    """Answer with a problem document."""
    details = [str(one) for one in payload.get("errors", [])]
    fields = {key: found for key, found in (payload.get("field_errors") or {}).items() if key}
    members: dict[str, Any] = {}
    if fields:
        code, members = 422, {"errors": bodies.listed(fields)}
    elif name in FOR_NOBODY and caller().user:
        code = 409
    elif name == "login":
        code = 401
    if code == 401:
        headers = {**(headers or {}), "WWW-Authenticate": challenge().to_header()}
    return problem(code, " ".join(dict.fromkeys(details)), headers=headers, **members)


def confirm_email(token: str) -> Response:
    """Confirm an address; opening the link a second time does no harm."""
    expired, invalid, user = confirm_email_token_status(token)  # type: ignore[no-untyped-call]
    if user is None or expired or invalid:
        return problem(404, STALE)
    if request.method != "HEAD":  # which is for those who look whether a link is alive
        confirm_user(user)  # type: ignore[no-untyped-call]
        db.session.commit()
    return jsonify(message="The address is confirmed; sign in.")


def reset_password(view: View) -> View:
    """Say what to do with the link of a mail when it is merely opened."""

    @wraps(view)
    def answer(token: str) -> Any:
        expired, invalid, user = reset_password_token_status(token)  # type: ignore[no-untyped-call]
        if user is None or expired or invalid or not user.active:
            return problem(404, STALE)
        if request.method == "POST":
            return view(token=token)
        return jsonify(message='The link is valid. POST {"password": "the new one"} to it.')

    return answer
