"""What is one's own: who is there with a session, and that it is still the same person."""

from __future__ import annotations

from flask import current_app

from flask_modular import db

from . import limits
from .callers import caller
from .challenges import unauthorized
from .models import User
from .permissions import Personal

# What concerns one's own account: a session it has to be, and `me()` asks for it.
own = Personal(kinds=("session",))


def authenticated_user() -> User:
    """Return who asks, with a session, a token or a password.

    :raises Unauthorized: for anybody else.
    """
    user = caller().user
    if user is None:
        raise unauthorized()
    return user


def me() -> User:
    """Return who is signed in, with a session.

    :raises Unauthorized: for anybody else; browsers go to the sign-in page.
    """
    if caller().via != "session":
        raise unauthorized("Sign in: this takes a session, and no token.")
    return authenticated_user()


def check_password(user: User, text: str) -> bool:
    """Tell whether a text is a user's password, and count the attempt; commits.

    As `passwords.verify` does for somebody who signs in: what was hashed by an older rule is hashed
    anew.

    :raises TooManyRequests: where it was tried too often.
    """
    limits.try_password(user.email)
    given = current_app.extensions["security"].password_util.normalize(text)
    right = user.password is not None and user.verify_and_update_password(given)
    db.session.commit()
    if right:
        limits.password_was_right(user.email)
    else:
        limits.password_was_wrong()
    return right
