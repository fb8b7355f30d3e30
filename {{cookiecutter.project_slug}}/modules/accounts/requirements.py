"""What the specification says of credentials: it follows from what a view declares."""

from __future__ import annotations

from typing import Any

from flask import current_app

from flask_modular import Permission

from .permissions import Personal, matches
from .policy import SAFE_METHODS

SCHEMES: dict[str, dict[str, Any]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token; “Obtain a token” makes one. One of its scopes has to cover the "
        "permission of the operation.",
    },
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "Address and password; only to obtain a token.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "The cookie that signing in sets, as browsers send it; on a server it is "
        "called `__Host-session`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "Goes with a session wherever something is changed; “Show who is signed in” "
        "tells it.",
    },
}
Alternative = dict[str, list[str]]


def requirement(permission: Permission | None, method: str) -> list[Alternative]:
    """Return the credentials that an operation takes, as OpenAPI has it."""
    safe = method in SAFE_METHODS
    if isinstance(permission, Personal):
        return _alternatives(permission.kinds, [], safe, permission.optional)
    if permission is None and safe:
        return []
    if permission is not None and permission.is_public:
        return [] if safe else [{}]  # nothing is asked for; what is sent all the same is looked at
    name = "*" if permission is None else permission.name
    everyone = permission is not None and matches(current_app.config["ACCOUNTS_EVERYONE"], name)
    return _alternatives(("bearer", "session"), [name], safe, everyone)


def _alternatives(
    kinds: tuple[str, ...], scopes: list[str], safe: bool, optional: bool
) -> list[Alternative]:
    known: dict[str, Alternative] = {
        "basic": {"basic": []},
        "bearer": {"bearer": scopes},
        "session": {"session": []} if safe else {"session": [], "csrf": []},
    }
    return [*(known[kind] for kind in kinds), *([{}] if optional else [])]
