"""Two-factor authentication: as on the pages, it takes a session, and the password once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort
from marshmallow import Schema

from .. import enrolment, second_step
from ..bodies import Password, refuse
from ..models import User
from ..own import check_password, me, own
from ..schemas import (
    ConfirmationSchema,
    OfferSchema,
    RecoveryCodesSchema,
    TwoFactorSchema,
)
from .blueprint import blueprint, never_kept

View = Callable[..., Any]


def changes_two_factor(
    step: str, given: type[Schema], answer: type[Schema]
) -> Callable[[View], View]:
    """Declare an endpoint that takes a session and the password, and is not to be remembered.

    :param given: the body; its password is for `confirmed`.
    :param answer: what the view returns.
    """

    def declare(view: View) -> View:
        view = blueprint.alt_response(429, "TOO_MANY_REQUESTS")(view)
        view = blueprint.alt_response(409, "CONFLICT")(view)
        view = blueprint.response(200, answer)(view)
        view = blueprint.arguments(given)(view)
        declared: View = blueprint.post(f"/two-factor/{step}")(own(never_kept(view)))
        return declared

    return declare


def me_with_it(*, on: bool) -> User:
    """Return who asks, where the second factor is on, or is off.

    :raises HTTPException: 409 where it is not.
    """
    user = me()
    if on != (user.totp_secret is not None):
        abort(409, f"Two-factor authentication is {'off' if on else 'on already'}.")
    return user


def confirmed(password: str, *, on: bool) -> User:
    """Return who asks, where the password is right and the second factor is on, or is off.

    :raises HTTPException: 409 where it is not, 422 for another password, 429 after too many.
    """
    user = me_with_it(on=on)
    if not check_password(user, password):
        refuse({"password": "That is not your password."})
    return user


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
    user = me_with_it(on=False)
    secret = enrolment.offered()
    key, uri = second_step.key_of(secret), second_step.uri_of(secret, user.email)
    return {"secret": key.replace("-", ""), "uri": uri}


@changes_two_factor("confirm", ConfirmationSchema, RecoveryCodesSchema)
def confirm_two_factor(given: dict[str, str]) -> dict[str, list[str]]:
    """Switch two-factor authentication on, with a code of the authenticator.

    The recovery codes are not shown again.
    """
    codes = enrolment.switch_on(confirmed(given["password"], on=False), given["code"])
    if codes is None:
        refuse({"code": "This code is not right, or the setup was not begun in this session."})
    return {"recovery_codes": codes}


@changes_two_factor("recovery-codes", Password, RecoveryCodesSchema)
def renew_recovery_codes(given: dict[str, str]) -> dict[str, list[str]]:
    """Make new recovery codes, which take the place of all before; they are not shown again."""
    return {"recovery_codes": enrolment.new_recovery_codes(confirmed(given["password"], on=True))}


@changes_two_factor("off", Password, TwoFactorSchema)
def switch_two_factor_off(given: dict[str, str]) -> dict[str, Any]:
    """Switch two-factor authentication off: the password alone is enough then."""
    enrolment.switch_off(confirmed(given["password"], on=True))
    return {"on": False, "recovery_codes_left": 0}
