"""The policy behind `@access`: what anyone may, what people may, what roles and tokens allow."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, current_app, g, request
from flask_principal import AnonymousIdentity, Identity

from flask_modular import Permission

from .callers import Caller, caller
from .challenges import InsufficientScope, unauthorized

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def judge(permission: Permission | None) -> None:
    """Refuse the current request, or let it pass.

    :raises Unauthorized: for wrong credentials, or none where some are needed.
    :raises Forbidden: for credentials that do not suffice.
    """
    if permission is not None and permission.is_public and request.method in SAFE_METHODS:
        return  # health pages and assets need nobody, and no database to find out who it is
    who = caller()
    # For the decorators of Flask-Security, such as roles_required.
    identity = Identity(who.user.fs_uniquifier) if who.user else AnonymousIdentity()
    current_app.extensions["security"].principal.set_identity(identity)
    if who.via == "session" and request.method not in SAFE_METHODS:
        check_csrf()
    if permission is None:
        refuse_undeclared(who)
    elif not permission.is_public and not who.may(permission.name):
        refuse(who, permission.name)


def refuse_undeclared(who: Caller) -> None:
    """Refuse what nobody declared, unless it is safe, or whoever asks is known."""
    if request.method in SAFE_METHODS:
        return
    if who.user is None:
        raise unauthorized()
    if who.scopes is not None and "*" not in who.scopes:
        raise InsufficientScope("*")


def refuse(who: Caller, permission: str) -> NoReturn:
    """Refuse somebody who lacks a permission."""
    if who.user is None:
        raise unauthorized()
    if who.scopes is not None:
        raise InsufficientScope(permission)
    abort(403, f'This takes the permission "{permission}".')


def check_csrf() -> None:
    """Refuse a request that another site may have had the browser send.

    :raises CSRFError: without the token of the session, in a header or in the form.
    """
    from flask_wtf.csrf import CSRFError, validate_csrf
    from wtforms import ValidationError

    if g.get("csrf_valid"):
        return
    token = request.headers.get("X-CSRFToken") or request.headers.get("X-CSRF-Token")
    if token is None and not request.is_json:
        name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
        token = next((text for key, text in request.form.items() if key.endswith(name)), None)
    try:
        validate_csrf(token)
    except ValidationError as error:
        raise CSRFError(
            f"{error.args[0]} Send it in the header X-CSRFToken; GET the session to learn it."
        ) from None
    g.csrf_valid = True  # what Flask-WTF's forms look at
