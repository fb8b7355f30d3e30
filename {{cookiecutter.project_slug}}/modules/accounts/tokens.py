"""Bearer tokens: made once, shown once, kept as a digest."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from flask import current_app
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from flask_modular import ModularError, db

from .models import LONGEST_NAME, Token, User, now
from .permissions import check_patterns

SHOWN = 8  # characters of the secret, of 43
MARK_EVERY = timedelta(minutes=1)


def create_token(
    user: User, name: str, scopes: Sequence[str], *, expires_at: datetime | None = None
) -> tuple[Token, str]:
    """Add a token to the session; the text is returned here and nowhere else.

    :param scopes: patterns of permissions, which narrow those of the user.
    :param expires_at: `token_days` from now by default.
    :raises ModularError: for scopes that are no patterns, or a name that is too long.
    """
    check_patterns(f'The token "{name}"', scopes)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ModularError(f"A token's name has 1 to {LONGEST_NAME} characters.")
    prefix = f"{current_app.config['ACCOUNTS_TOKEN_PREFIX']}_"
    text = prefix + secrets.token_urlsafe(32)
    token = Token(
        user=user,
        name=name,
        prefix=text[: len(prefix) + SHOWN],
        digest=digest(text),
        scopes=list(dict.fromkeys(scopes)),
        expires_at=expires_at or now() + timedelta(days=current_app.config["ACCOUNTS_TOKEN_DAYS"]),
    )
    db.session.add(token)
    return token, text


def digest(text: str) -> str:
    """Return what is kept of a token: of 256 random bits, a plain digest is enough."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def find_token(text: str) -> Token | None:
    """Return a token that may be used, and mark its use, or return None."""
    found = db.session.scalars(_by_digest(), {"digest": digest(text)})
    token = found.unique().one_or_none()
    moment = now()
    if token is None or not token.user.active or token.expires_at <= moment:
        return None
    if token.last_used_at is None or moment - token.last_used_at >= MARK_EVERY:
        token.last_used_at = moment
        db.session.commit()
    return token


@cache
def _by_digest() -> Select[Token]:
    # Made once: it is asked with each request, and making it takes as long as asking.
    with_user = joinedload(Token.user).joinedload(User.roles)
    return select(Token).where(Token.digest == bindparam("digest")).options(with_user)
