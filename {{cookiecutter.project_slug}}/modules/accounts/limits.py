"""Limits on guessing: by account and address, and by address.

Nobody is kept from an account for what others tried from elsewhere: what is counted for an account
is counted for each address by itself.
"""

from __future__ import annotations

import time
from functools import cache
from math import ceil
from typing import TYPE_CHECKING

from flask import current_app, request
from werkzeug.exceptions import TooManyRequests

from flask_modular.addresses import network_of

if TYPE_CHECKING:  # late: the library is large, and few requests try passwords
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

EXTENSION = "accounts_limits"


def try_password(email: str) -> None:
    """Count an attempt at an account; refuse it if there were too many.

    :raises TooManyRequests: saying when to try again.
    """
    _hit("account", email.strip().lower())
    _test("address")


def try_passkey() -> None:
    """Refuse an address that has failed too often; whose account it is about, nobody knows yet.

    :raises TooManyRequests: saying when to try again.
    """
    _test("address")


def try_code(user: int) -> None:
    """Count an attempt at an account's code, wherever it comes from: the password was right.

    :raises TooManyRequests: saying when to try again.
    """
    if not _limiter("hit", "account", "code", str(user)):
        _refuse("account", "code", str(user))


def code_was_right(user: int) -> None:
    """Forget the attempts at an account's code."""
    _limiter("clear", "account", "code", str(user))


def password_was_wrong() -> None:
    """Count a failure for the address that it came from."""
    _limiter("hit", "address", address())


def password_was_right(email: str) -> None:
    """Forget the attempts at an account from this address."""
    _limiter("clear", "account", address(), email.strip().lower())


def send_mail(email: str) -> None:
    """Count a mail that somebody has sent to an account; refuse it if there were too many.

    :raises TooManyRequests: saying when to try again.
    """
    _hit("mail", email.strip().lower())
    _hit("mails")


def address() -> str:
    """Return what is counted for the client's address."""
    return network_of(request.remote_addr or "")


def _hit(kind: str, *keys: str) -> None:
    if not _limiter("hit", kind, address(), *keys):
        _refuse(kind, address(), *keys)


def _test(kind: str, *keys: str) -> None:
    if not _limiter("test", kind, address(), *keys):
        _refuse(kind, address(), *keys)


def _refuse(kind: str, *keys: str) -> None:
    reset = _limiter("get_window_stats", kind, *keys)[0]  # type: ignore[index]
    seconds = max(1, ceil(reset - time.time()))
    raise TooManyRequests("There were too many attempts. Wait a while.", retry_after=seconds)


def _limiter(method: str, kind: str, *keys: str) -> object:
    """Ask the shared storage, or this process's own where that does not answer."""
    from limits.errors import StorageError

    item = _item(current_app.config[f"ACCOUNTS_{kind.upper()}_LIMIT"])
    shared, own = _limiters()
    try:
        return getattr(shared, method)(item, "accounts", kind, *keys)
    except StorageError:
        current_app.logger.exception("The storage of limits does not answer; counting here.")
        return getattr(own, method)(item, "accounts", kind, *keys)


@cache
def _item(text: str) -> RateLimitItem:
    from limits import parse

    return parse(text)


def _limiters() -> tuple[RateLimiter, RateLimiter]:
    from limits.storage import MemoryStorage, storage_from_string
    from limits.strategies import MovingWindowRateLimiter

    if EXTENSION not in current_app.extensions:
        own = MovingWindowRateLimiter(MemoryStorage())
        url = current_app.config["REDIS_URL"]
        shared = own
        if url:
            storage = storage_from_string(url, wrap_exceptions=True)
            shared = MovingWindowRateLimiter(storage)
        current_app.extensions[EXTENSION] = (shared, own)
    found: tuple[RateLimiter, RateLimiter] = current_app.extensions[EXTENSION]
    return found
