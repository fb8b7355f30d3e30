"""Passwords: checked slowly, in the same time whether or not there is an account."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_security import hash_password
from flask_security.confirmable import requires_confirmation
from sqlalchemy import select

from flask_modular import db

from . import limits
from .challenges import CODE_NEEDED, unauthorized
from .models import User
from .second_step import check_code


def normalized(email: str) -> str:
    """Return an address as it is kept."""
    return email.strip().lower()


def find_user(email: str) -> User | None:
    """Return the user with an address."""
    return db.session.scalar(select(User).where(User.email == normalized(email)))


def may_sign_in(user: User) -> bool:
    """Tell whether somebody who knows the password gets in."""
    return user.active and not requires_confirmation(user)  # type: ignore[no-untyped-call]


def verify(email: str, password: str) -> User | None:
    """Return the active user whose address and password these are; there may be more to ask for.

    :raises TooManyRequests: where it was tried too often.
    """
    limits.try_password(email)
    user = find_user(email)
    password = current_app.extensions["security"].password_util.normalize(password)
    if user is None or user.password is None:
        spend_time()
        verified = False
    else:
        verified = user.verify_and_update_password(password)
        db.session.commit()  # the hash may have been renewed
    if user is None or not verified or not user.active:
        limits.password_was_wrong()
        return None
    return user


def spend_time(*_: Any, **__: Any) -> None:
    """Take as long as for a password, so that nobody learns whether there is an account.

    It takes what signals send, for it may answer to them.
    """
    hash_password("not a password")


def authenticate(email: str, password: str, code: str = "") -> User | None:
    """Return the user whose address and password these are, if that user may sign in.

    :param code: for an account that asks for one.
    :raises TooManyRequests: where it was tried too often.
    :raises Unauthorized: for a right password and a code that is not.
    """
    user = verify(email, password)
    if user is None:
        return None
    if not may_sign_in(user):
        limits.password_was_wrong()
        return None
    if user.totp_secret and not check_code(user, code):
        limits.password_was_wrong()
        raise unauthorized(CODE_NEEDED)
    limits.password_was_right(email)
    return user
