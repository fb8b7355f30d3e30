"""Two-factor authentication is switched on and off, by page and by API."""

from __future__ import annotations

from flask import session

from flask_modular import db
from modules.mail.services import send

from . import limits
from .models import User
from .second_step import new_recovery_codes, new_secret, switch_off, switch_on

# The secret that is being set up; encrypted, for a session's content can be read by its owner.
OFFERED = "accounts_secret"


def offered() -> str:
    """Return the secret that the session is offered: the same until it is taken."""
    found: str = session.setdefault(OFFERED, new_secret())
    return found


def accept(user: User, code: str) -> list[str] | None:
    """Switch it on with the secret that was offered, and return recovery codes.

    None for a code that is wrong, and where nothing was offered.

    :raises TooManyRequests: where it was tried too often.
    """
    limits.try_code(user.id)
    codes = switch_on(user, session[OFFERED], code) if OFFERED in session else None
    if codes is not None:
        del session[OFFERED]
        _switched(user)
    return codes


def renew_codes(user: User) -> list[str]:
    """Return new recovery codes."""
    codes = new_recovery_codes(user)
    db.session.commit()
    return codes


def turn_off(user: User) -> None:
    """Switch it off."""
    switch_off(user)
    _switched(user)


def _switched(user: User) -> None:
    """Save what was switched, and tell the account's owner."""
    db.session.commit()
    on = user.totp_secret is not None
    send(user.email, "accounts/two_factor", on=on, reader=user.identity)
