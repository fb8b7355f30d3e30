"""Who sends a request: found out once, from its credentials or its session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Request, current_app, request, session
from werkzeug.exceptions import HTTPException

from .challenges import unauthorized, wrong_password
from .models import User
from .permissions import covers, matches
from .tokens import find_token

V = TypeVar("V", bound=Callable[..., Any])
_CALLER = "accounts.caller"


@dataclass(frozen=True)
class Caller:
    """Whoever sends a request.

    :param user: None for somebody whom nobody knows.
    :param scopes: what a bearer token narrows the user's permissions to; None: it does not.
    :param via: "session", "bearer", "basic" or "password"; empty where nothing was given.
    :param until: when the token expires.
    """

    user: User | None = None
    scopes: tuple[str, ...] | None = None
    via: str = ""
    until: datetime | None = None

    @property
    def permissions(self) -> list[str]:
        """Return patterns of what the caller may, scopes left aside."""
        found = list(current_app.config["ACCOUNTS_EVERYONE"])
        if self.user is not None:
            found += current_app.config["ACCOUNTS_MEMBERS"]
            found += [pattern for role in self.user.roles for pattern in role.permissions]
        return found

    def may(self, permission: str) -> bool:
        """Tell whether the caller has a permission."""
        within = self.scopes is None or matches(self.scopes, permission)
        return within and matches(self.permissions, permission)

    def may_grant(self, scope: str) -> bool:
        """Tell whether a token of this scope would be no wider than the caller's own."""
        return self.scopes is None or covers(self.scopes, [scope])


def caller() -> Caller:
    """Return who sends the current request.

    :raises Unauthorized: for credentials that are not right.
    """
    found = request.environ.get(_CALLER)
    if found is None:
        # Nobody at first: Flask-Login asks here, too, where a session turns out to be over.
        request.environ[_CALLER] = Caller()
        try:
            found = _find(request)
        except HTTPException as error:
            found = error
        request.environ[_CALLER] = found
    if isinstance(found, HTTPException):
        raise found  # each time that somebody asks
    return cast(Caller, found)


def _find(request: Request) -> Caller:
    header = request.headers.get("Authorization")
    if header is not None:
        return _by_header(header)
    if "_user_id" in session or remember_cookie() in request.cookies:
        from flask_login import current_user  # late: few requests have a session

        if current_user.is_authenticated:
            return Caller(current_user._get_current_object(), via="session")
    return Caller()


def remember_cookie() -> str:
    """Return the name of Flask-Login's cookie for those who stay signed in."""
    return str(current_app.config.get("REMEMBER_COOKIE_NAME", "remember_token"))


def _by_header(header: str) -> Caller:
    scheme, _, text = header.partition(" ")
    if scheme.lower() == "bearer":
        token = find_token(text.strip())
        if token is None:
            raise unauthorized("The token is unknown, revoked or expired.", "invalid_token")
        return Caller(token.user, tuple(token.scopes), "bearer", token.expires_at)
    if scheme.lower() == "basic" and _takes_basic():
        return _by_password()
    raise unauthorized("Send a bearer token: Authorization: Bearer …", "invalid_request")


def _by_password() -> Caller:
    from .passwords import authenticate

    given = request.authorization
    user = None
    if given is not None and given.username and given.password:
        body = request.get_json(silent=True)
        code = body.get("code") if isinstance(body, dict) else ""
        user = authenticate(given.username, given.password, str(code or ""))
    if user is None:
        raise wrong_password()
    return Caller(user, via="basic")


def takes_basic(view: V) -> V:
    """Let a view take a password with each request; others take tokens only.

    A password is checked slowly, on purpose, and a browser that knows one would send it along
    with whatever other sites have it request.
    """
    view.__takes_basic__ = True  # type: ignore[attr-defined]
    return view


def _takes_basic() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "__takes_basic__", False)


def known_caller() -> Caller:
    """Return who sends the current request; nobody where the credentials are not right."""
    try:
        return caller()
    except HTTPException:
        return Caller()
