"""Passwords: checked slowly, in the same time whether or not there is an account."""

from __future__ import annotations

from flask import current_app
from flask_security import hash_password
from flask_security.confirmable import requires_confirmation
from sqlalchemy import select

from flask_modular import db

from . import limits
from .models import User


def normalized(email: str) -> str:
    """Return an address as it is kept."""
    return email.strip().lower()


def find_user(email: str) -> User | None:
    """Return the user with an address."""
    return db.session.scalar(select(User).where(User.email == normalized(email)))


def may_sign_in(user: User) -> bool:
    """Tell whether somebody who knows the password gets in."""
    return user.active and not requires_confirmation(user)  # type: ignore[no-untyped-call]


def authenticate(email: str, password: str) -> User | None:
    """Return the user whose address and password these are, if that user may sign in.

    :raises TooManyRequests: where it was tried too often.
    """
    limits.try_password(email)
    user = find_user(email)
    password = current_app.extensions["security"].password_util.normalize(password)
    if user is None or user.password is None:
        hash_password(password)  # takes as long as the check of one that there is
        verified = False
    else:
        verified = user.verify_and_update_password(password)
        db.session.commit()  # the hash may have been renewed
    if user is None or not verified or not may_sign_in(user):
        limits.password_was_wrong()
        return None
    limits.password_was_right(email)
    return user
