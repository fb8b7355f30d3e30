"""Access: declared once on a view, enforced by the policies that modules provide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, request
from flask.typing import ResponseReturnValue, RouteCallable

from .errors import AccessError

V = TypeVar("V", bound=Callable[..., Any])
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Permission:
    """What a view asks for; calling it declares the permission on a view or a view class.

    :param name: such as `blog.write`; empty where anyone may.
    """

    name: str

    @property
    def is_public(self) -> bool:
        """Tell whether anyone may."""
        return not self.name

    def __call__(self, view: V) -> V:
        """Declare this permission on a view, and return the view."""
        view.__access__ = self  # type: ignore[attr-defined]
        return view

    def __str__(self) -> str:
        """Return the permission's name for people."""
        return self.name or "public"


class _Access:
    """Make permissions: `@access("blog.write")`, or `@access.public` where anyone may."""

    public = Permission("")

    def __call__(self, permission: str) -> Permission:
        if not permission or not all(part.isidentifier() for part in permission.split(".")):
            raise AccessError(
                f'"{permission}" is no permission; write names joined by dots, such as '
                f'"blog.write", or @access.public where anyone may.'
            )
        return Permission(permission)


access = _Access()

Policy = Callable[[Permission | None], ResponseReturnValue | None]


def declared(view: RouteCallable | type, method: str = "") -> Permission | None:
    """Return what a view (function, class, or method of a class) declares, or None.

    :param view: the function that Flask has for an endpoint.
    :param method: the HTTP method, for classes that declare on their methods.
    """
    view_class = getattr(view, "view_class", None)
    handler = getattr(view_class, method.lower(), None) if method else None
    for candidate in (handler, view, view_class):
        permission = getattr(candidate, "__access__", None)
        if isinstance(permission, Permission):
            return permission
    return None


def serves_assets(view: RouteCallable) -> bool:
    """Tell whether a view is Flask's own, which serves an application's or a blueprint's assets."""
    return getattr(view, "__module__", None) in ("flask.app", "flask.blueprints")


class Guard:
    """Ask the policies before each request; exists only where a module provides one.

    :param policies: asked in dependency order; the first refusal wins.
    :param permits: permissions that modules declare for endpoints of libraries.
    """

    def __init__(self, policies: list[Policy], permits: dict[str, Permission]) -> None:
        self.policies = policies
        self.permits = permits

    def init_app(self, app: Flask) -> None:
        """Check every request of an application."""
        self.view_functions = app.view_functions
        app.before_request(self.check_request)

    def permission(self, endpoint: str, method: str = "") -> Permission | None:
        """Return what was declared for an endpoint."""
        view = self.view_functions[endpoint]
        permission = self.permits.get(endpoint) or declared(view, method)
        return access.public if permission is None and serves_assets(view) else permission

    def check_request(self) -> ResponseReturnValue | None:
        """Refuse the current request, or return None."""
        if request.endpoint is None:
            return None
        return self.ask(self.permission(request.endpoint, request.method))

    def ask(self, permission: Permission | None) -> ResponseReturnValue | None:
        """Return the first refusal, or None; for what is no route, such as a socket event."""
        for policy in self.policies:
            refusal = policy(permission)
            if refusal is not None:
                return refusal
        return None


def refuse_open_production(
    app: Flask, permits: dict[str, Permission], actions: dict[str, Callable[..., Any]]
) -> None:
    """Refuse to serve declared unsafe routes and actions in production where nobody enforces them.

    :raises AccessError: unless `FLASK_ACCESS_OPEN=1` says that this is wanted.
    """
    if app.debug or app.testing or app.config.get("ACCESS_OPEN"):
        return
    for name, action in actions.items():
        _refuse_open(name, declared(action))
    for rule in app.url_map.iter_rules():
        for method in sorted(UNSAFE_METHODS & (rule.methods or set())):
            view = app.view_functions[rule.endpoint]
            _refuse_open(rule.endpoint, permits.get(rule.endpoint) or declared(view, method))


def _refuse_open(name: str, permission: Permission | None) -> None:
    if permission is not None and not permission.is_public:
        raise AccessError(
            f'"{name}" asks for "{permission}" and no module here knows people; '
            f"add one that provides a policy, or set FLASK_ACCESS_OPEN=1 to let anyone in."
        )
