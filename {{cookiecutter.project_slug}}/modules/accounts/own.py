"""What is one's own: who is there with a session, and that it is still the same person."""

from __future__ import annotations

from flask import current_app

from . import limits
from .callers import caller
from .challenges import unauthorized
from .models import User
from .permissions import Personal

# What concerns one's own account: a session it has to be, and `me()` asks for it.
own = Personal(kinds=("session",))


def me() -> User:
    """Return who is signed in, with a session.

    :raises Unauthorized: for anybody else; browsers go to the sign-in page.
    """
    who = caller()
    if who.user is None or who.via != "session":
        raise unauthorized()
    return who.user


def is_password(user: User, text: str) -> bool:
    """Tell whether a text is a user's password.

    :raises TooManyRequests: where it was tried too often.
    """
    limits.try_password(user.email)
    given = current_app.extensions["security"].password_util.normalize(text)
    if user.password is not None and user.verify_and_update_password(given):
        limits.password_was_right(user.email)
        return True
    limits.password_was_wrong()
    return False
