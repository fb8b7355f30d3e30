"""Refusals that say what to send instead, as RFC 6750 has it."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

CODE_NEEDED = (
    "The account asks for a code, too. Send it as “code”: what the authenticator shows and was not "
    "used yet, or a recovery code."
)


class Challenge(WWWAuthenticate):
    """A header `WWW-Authenticate` whose values are quoted, as RFC 6750 wants them."""

    def to_header(self) -> str:
        """Return the header's value."""
        members = ", ".join(f'{name}="{value}"' for name, value in self.parameters.items())
        return f"{self.type.title()} {members}"


def challenge(error: str = "", **members: str) -> Challenge:
    """Return the header `WWW-Authenticate`."""
    given = {"realm": "api", **({"error": error} if error else {}), **members}
    return Challenge("bearer", {**given})


def unauthorized(detail: str = "Sign in, or send a bearer token.", error: str = "") -> Unauthorized:
    """Return the refusal of somebody whom nobody knows.

    :param error: RFC 6750's code; none where nothing was given.
    """
    return Unauthorized(detail, www_authenticate=challenge(error))


def wrong_password() -> Unauthorized:
    """Return the refusal of a password: the same, whatever is wrong."""
    return unauthorized("The address or the password is not right, or not confirmed yet.")


class InsufficientScope(Forbidden):
    """The refusal of a token that is too narrow."""

    def __init__(self, scope: str) -> None:
        super().__init__(f'The token lacks the scope "{scope}", or its user the permission.')
        self.scope = scope

    def get_headers(self, *arguments: Any, **options: Any) -> list[tuple[str, str]]:
        """Return the headers, with the challenge."""
        value = challenge("insufficient_scope", scope=self.scope).to_header()
        return [*super().get_headers(*arguments, **options), ("WWW-Authenticate", value)]
