"""Two-factor authentication: as on the pages, it takes a session, and the password once more."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import abort

from modules.api.services import problem

from .. import second_step
from ..enrolment import accept, offered, renew_codes, turn_off
from ..models import User
from ..own import is_password, me, own
from ..schemas import (
    ConfirmationSchema,
    OfferSchema,
    PasswordSchema,
    RecoveryCodesSchema,
    TwoFactorSchema,
)
from .blueprint import blueprint, never_kept


def confirmed(password: str, *, on: bool) -> User:
    """Return who asks, where the password is right and the second factor is on, or is off.

    :raises HTTPException: 409 where it is not, 422 for another password, 429 after too many.
    """
    user = me()
    if on != (user.totp_secret is not None):
        abort(409, f"Two-factor authentication is {'off' if on else 'on already'}.")
    if not is_password(user, password):
        refuse("password", "That is not your password.")
    return user


def refuse(name: str, detail: str) -> NoReturn:
    """Refuse what was sent in a field."""
    errors = [{"detail": detail, "pointer": f"#/{name}"}]
    abort(problem(422, "Some of what was sent cannot be used.", errors=errors))


@blueprint.get("/two-factor")
@own
@blueprint.response(200, TwoFactorSchema)
def two_factor() -> dict[str, Any]:
    """Show whether two-factor authentication is on."""
    user = me()
    return {"on": user.totp_secret is not None, "recovery_codes_left": len(user.recovery_codes)}


@blueprint.post("/two-factor/begin")
@own
@never_kept
@blueprint.response(200, OfferSchema)
@blueprint.alt_response(409, "CONFLICT")
def begin_two_factor() -> dict[str, str]:
    """Begin to switch two-factor authentication on: get a secret for the authenticator.

    Nothing is on before a code of the authenticator confirms it, in the same session.
    """
    user = me()
    if user.totp_secret is not None:
        abort(409, "Two-factor authentication is on already.")
    secret = offered()
    key, uri = second_step.key_of(secret), second_step.uri_of(secret, user.email)
    return {"secret": key.replace("-", ""), "uri": uri}


@blueprint.post("/two-factor/confirm")
@own
@never_kept
@blueprint.arguments(ConfirmationSchema)
@blueprint.response(200, RecoveryCodesSchema)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
def confirm_two_factor(given: dict[str, str]) -> dict[str, list[str]]:
    """Switch two-factor authentication on, with a code of the authenticator.

    The recovery codes are not shown again.
    """
    codes = accept(confirmed(given["password"], on=False), given["code"])
    if codes is None:
        refuse("code", "This code is not right, or the setup was not begun in this session.")
    return {"recovery_codes": codes}


@blueprint.post("/two-factor/recovery-codes")
@own
@never_kept
@blueprint.arguments(PasswordSchema)
@blueprint.response(200, RecoveryCodesSchema)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
def renew_recovery_codes(given: dict[str, str]) -> dict[str, list[str]]:
    """Make new recovery codes, which take the place of all before; they are not shown again."""
    return {"recovery_codes": renew_codes(confirmed(given["password"], on=True))}


@blueprint.post("/two-factor/off")
@own
@never_kept
@blueprint.arguments(PasswordSchema)
@blueprint.response(200, TwoFactorSchema)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
def switch_two_factor_off(given: dict[str, str]) -> dict[str, Any]:
    """Switch two-factor authentication off: the password alone is enough then."""
    turn_off(confirmed(given["password"], on=True))
    return {"on": False, "recovery_codes_left": 0}
