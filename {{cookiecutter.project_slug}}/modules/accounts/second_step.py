"""Two-factor authentication: codes of an authenticator (TOTP, RFC 6238), and recovery codes."""

from __future__ import annotations

import base64
import io
import secrets
from hashlib import blake2b
from typing import Any

from flask import current_app
from sqlalchemy import delete, update

from flask_modular import db

from . import limits
from .models import RecoveryCode, User
from .tokens import digest

WINDOW = 30  # seconds that a clock may be wrong by
RECOVERY_CODES = 10


def _authenticator() -> Any:
    """Return passlib's TOTP; what it writes is encrypted with keys made of the secret ones."""
    from passlib.totp import TOTP, AppWallet

    config = current_app.config
    keys = [config["SECRET_KEY"], *(config.get("SECRET_KEY_FALLBACKS") or ())]
    found = {_tag(key): _derived(key, b"accounts-totp") for key in keys}
    wallet = AppWallet(found, default_tag=_tag(keys[0]))
    issuer = str(config.get("SITE_TITLE") or "Flask").replace(":", " ")
    return TOTP.using(issuer=issuer, wallet=wallet)


def _tag(key: str) -> str:
    return _derived(key, b"accounts-tag")[:8]


def _derived(key: str, purpose: bytes) -> str:
    return blake2b(str(key).encode(), person=purpose, digest_size=32).hexdigest()


def new_secret() -> str:
    """Return a secret for an authenticator, encrypted."""
    text: str = _authenticator().new().to_json(encrypt=True)
    return text


def key_of(secret: str) -> str:
    """Return a secret as somebody types it."""
    text: str = _authenticator().from_source(secret).pretty_key()
    return text


def uri_of(secret: str, email: str) -> str:
    """Return a secret as authenticators read it: `otpauth://totp/…`."""
    text: str = _authenticator().from_source(secret).to_uri(email)
    return text


def picture_of(secret: str, email: str) -> str:
    """Return the QR code that an authenticator reads, as the URL of an image."""
    from qrcode import make
    from qrcode.image.svg import SvgPathFillImage

    stream = io.BytesIO()
    make(uri_of(secret, email), image_factory=SvgPathFillImage, border=2).save(stream)
    return f"data:image/svg+xml;base64,{base64.b64encode(stream.getvalue()).decode()}"


def counter_of(secret: str, code: str) -> int:
    """Return which code of a secret this is, or 0 for one that is wrong now."""
    from passlib.exc import TokenError

    try:
        # A secret may be of a key that is gone; then there are the recovery codes.
        found = _authenticator().verify(code, secret, window=WINDOW)
    except (TokenError, KeyError, ValueError):
        return 0
    counter: int = found.counter
    return counter


def check_code(user: User, code: str) -> bool:
    """Tell whether a code is right, and spend it.

    :raises TooManyRequests: where it was tried too often.
    """
    code = "".join(code.split())
    if not code:
        return False
    limits.try_code(user.id)
    right = _spend_code(user, code) if code.isdecimal() else _spend_recovery_code(user, code)
    db.session.commit()
    if right:
        limits.code_was_right(user.id)
    return right


def _spend_code(user: User, code: str) -> bool:
    counter = counter_of(user.totp_secret or "", code)
    # No code counts twice, nor an earlier one; in one statement, for requests come in pairs.
    used = update(User).where(User.id == user.id, User.totp_counter < counter)
    return bool(counter and _changed(used.values(totp_counter=counter)))


def _spend_recovery_code(user: User, code: str) -> bool:
    spent = delete(RecoveryCode).where(RecoveryCode.user_id == user.id)
    return _changed(spent.where(RecoveryCode.digest == digest(_bare(code))))


def _changed(statement: Any) -> bool:
    result: Any = db.session.execute(statement)
    return bool(result.rowcount == 1)


def _bare(code: str) -> str:
    return code.replace("-", "").lower()


def switch_on(user: User, secret: str, code: str) -> list[str] | None:
    """Have sign-in ask for codes from now on; return recovery codes, or None for a wrong code."""
    counter = counter_of(secret, code)
    if not counter:
        return None
    user.totp_secret, user.totp_counter = secret, counter
    return new_recovery_codes(user)


def new_recovery_codes(user: User) -> list[str]:
    """Return codes that take the place of all before; they cannot be shown again."""
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    user.recovery_codes = [RecoveryCode(digest=digest(_bare(code))) for code in codes]
    return codes


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def switch_off(user: User) -> None:
    """Let the password alone be enough again."""
    user.totp_secret, user.totp_counter = None, 0
    user.recovery_codes = []
