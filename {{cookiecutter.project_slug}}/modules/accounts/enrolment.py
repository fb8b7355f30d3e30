"""Two-factor authentication is switched on and off: saved, and told to the account's owner."""

from __future__ import annotations

from flask import session

from flask_modular import db
from modules.mail.services import send

from . import limits, second_step
from .models import User

# The secret that is being set up; encrypted, for a session's content can be read by its owner.
OFFERED = "accounts_secret"


def offered() -> str:
    """Return the secret that the session is offered: the same until it is taken."""
    found: str = session.setdefault(OFFERED, second_step.new_secret())
    return found


def switch_on(user: User, code: str) -> list[str] | None:
    """Switch it on with the secret that was offered, and return recovery codes.

    None for a code that is wrong, and where nothing was offered.

    :raises TooManyRequests: where it was tried too often.
    """
    limits.try_code(user.id)
    found = OFFERED in session
    codes = second_step.switch_on(user, session[OFFERED], code) if found else None
    if codes is not None:
        limits.code_was_right(user.id)
        del session[OFFERED]
        _switched(user)
    return codes


def new_recovery_codes(user: User) -> list[str]:
    """Return recovery codes that take the place of all before."""
    codes = second_step.new_recovery_codes(user)
    db.session.commit()
    return codes


def switch_off(user: User) -> None:
    """Switch it off where it is on."""
    if user.totp_secret is not None:
        second_step.switch_off(user)
        _switched(user)


def _switched(user: User) -> None:
    """Save what was switched, and tell the account's owner."""
    db.session.commit()
    on = user.totp_secret is not None
    send(user.email, "accounts/two_factor", on=on, reader=user.identity)
