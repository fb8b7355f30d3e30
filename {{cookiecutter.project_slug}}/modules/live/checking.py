"""What is checked of each event: how many there are, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import current_app
from limits import RateLimitItem, parse, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from marshmallow import ValidationError
from werkzeug.exceptions import TooManyRequests, UnprocessableEntity

from flask_modular.values import check_limits, check_numbers

EXTENSION = "live.limits"
LIMITS = ("LIVE_CONNECT_LIMIT", "LIVE_EVENT_LIMIT")
NUMBERS = {
    "LIVE_MAX_CONNECTIONS": (1, 100_000),
    "LIVE_MAX_MESSAGE": (1024, 16 * 1024 * 1024),
    "LIVE_RECHECK_SECONDS": (1, 3600),
}
parsed: Callable[[str], RateLimitItem] = cache(parse)


def check_settings(config: Mapping[str, Any]) -> None:
    """Refuse settings that would only fail when somebody connects.

    :raises ModularError: naming the first one.
    """
    check_limits(config, parse_many, *LIMITS)
    check_numbers(config, NUMBERS)


def is_within(kind: str, key: str, app: Any = current_app) -> bool:
    """Count one more connection or event of somebody in this process; tell whether it may be."""
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = FixedWindowRateLimiter(MemoryStorage())
    limiter: FixedWindowRateLimiter = app.extensions[EXTENSION]
    return limiter.hit(parsed(app.config[f"LIVE_{kind}_LIMIT"]), kind, key)


def check_limit(kind: str, key: str) -> None:
    """Count one more event of somebody.

    :raises TooManyRequests: when there are too many.
    """
    if not is_within(kind, key):
        raise TooManyRequests("There were too many in a short time. Wait a moment.")


def check_values(handler: Callable[..., Any], values: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return what a handler is called with.

    :raises UnprocessableEntity: when that is not what its schema says.
    """
    schema = handler.__live_event__.schema  # type: ignore[attr-defined]
    if schema is None:
        if any(values):
            raise UnprocessableEntity("This event takes no values.")
        return []
    if len(values) != 1 or not isinstance(values[0], dict):
        raise UnprocessableEntity("Send one object.")
    try:
        return [schema().load(values[0])]
    except ValidationError as error:
        refusal = UnprocessableEntity("Some values are missing or wrong.")
        refusal.live_errors = {"errors": error.messages}  # type: ignore[attr-defined]
        raise refusal from None
