"""What other modules use: who sends a request, users, tokens, what is kept of people."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app
from flask_security import hash_password
from sqlalchemy import select

from flask_modular import ModularError, db

from .callers import Caller, caller, known_caller, takes_basic
from .models import LONGEST_ROLE, Role, Token, User, now
from .passwords import authenticate, find_user, normalized
from .permissions import check_patterns, covers, matches
from .personal import delete_account, export_account, personal_data
from .tokens import create_token

__all__ = [
    "Caller",
    "Role",
    "Token",
    "User",
    "authenticate",
    "caller",
    "covers",
    "create_token",
    "create_user",
    "current_user",
    "deactivate",
    "delete_account",
    "export_account",
    "find_user",
    "free_address",
    "matches",
    "personal_data",
    "role_named",
    "takes_basic",
]


def current_user() -> User | None:
    """Return who sends the current request, if that is somebody whom we know."""
    return known_caller().user


def create_user(email: str, password: str | None = None, *, confirmed: bool = True) -> User:
    """Add a user to the session.

    :param password: without one there is no sign-in until one is set.
    :param confirmed: whether the address is known to be theirs.
    :raises ModularError: for an address that is none or is taken, or a password that is too short.
    """
    email = free_address(email)
    digest = None
    if password is not None:
        security = current_app.extensions["security"]
        problems, password = security.password_util.validate(password, True)
        if problems:
            raise ModularError(" ".join(map(str, problems)))
        digest = hash_password(password)
    user = User(email=email, password=digest, confirmed_at=now() if confirmed else None)
    db.session.add(user)
    return user


def free_address(email: str) -> str:
    """Return an address as accounts hold it.

    :raises ModularError: for one that is none, or that has an account.
    """
    try:
        email = current_app.extensions["security"].mail_util.validate(normalized(email))
    except ValueError:
        raise ModularError(
            f'"{email}" is no mail address; write one such as ada@example.com.'
        ) from None
    if find_user(email) is not None:
        raise ModularError(f'"{email}" has an account already.')
    return str(email)


def role_named(name: str, permissions: Iterable[str] = ()) -> Role:
    """Return a role, made if need be, with these permissions added to its own."""
    if not 1 <= len(name) <= LONGEST_ROLE:
        raise ModularError(f"A role's name has 1 to {LONGEST_ROLE} characters.")
    patterns = list(permissions)
    check_patterns(f'The role "{name}"', patterns)
    role = db.session.scalar(select(Role).where(Role.name == name))
    if role is None:
        role = Role(name=name, permissions=[])
        db.session.add(role)
    role.permissions = list(dict.fromkeys([*role.permissions, *patterns]))
    return role


def deactivate(user: User) -> None:
    """Keep somebody out at once: sessions and tokens end, and do not come back with the account."""
    from uuid import uuid4

    user.active = False
    user.fs_uniquifier = uuid4().hex
    user.tokens.clear()
