"""A new address: its owner opens a link, and the old one is told."""

from __future__ import annotations

from uuid import uuid4

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import IntegrityError

from flask_modular import db
from modules.mail.services import send

from .. import sessions
from ..callers import known_caller
from ..mailing import reachable
from ..models import User
from ..passwords import find_user

WITHIN = 24 * 3600  # seconds


def _serializer() -> URLSafeTimedSerializer:
    config = current_app.config
    keys = [*(config.get("SECRET_KEY_FALLBACKS") or ()), config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="accounts.address")


def offer_address(user: User, email: str, endpoint: str) -> None:
    """Send a link to a new address; where that one has an account already, tell its owner.

    :param endpoint: where the link leads; it gets a `token`.
    """
    owner = find_user(email)
    if owner is not None:
        send(email, "accounts/address_taken", reader=owner.identity)
        return
    token = _serializer().dumps([user.fs_uniquifier, user.email, email])
    send(email, "accounts/address", link=reachable(endpoint, token=token), reader=user.identity)


def take_address(token: str) -> User | None:
    """Give an account the address that a link was sent to, and end its sessions but for this one.

    None for a link that is no longer.
    """
    try:
        uniquifier, old, email = _serializer().loads(token, max_age=WITHIN)
    except (BadData, ValueError):
        return None
    user = db.session.query(User).filter_by(fs_uniquifier=uniquifier, email=old).one_or_none()
    if user is None or not user.active:
        return None
    end_links(user)
    user.email = email
    try:
        db.session.commit()
    except IntegrityError:  # somebody else was faster
        db.session.rollback()
        return None
    send(old, "accounts/address_changed", user=user, reader=user.identity)
    return user


def end_links(user: User) -> None:
    """End the links in the old mailbox, and other sessions; does not commit."""
    known_caller()  # finds the current session
    kept = [one for one in user.sessions if one.id == sessions.current()]
    user.fs_uniquifier = uuid4().hex
    user.sessions = kept
