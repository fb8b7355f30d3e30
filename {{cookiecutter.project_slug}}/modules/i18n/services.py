"""What other modules may use: who reads in which language, and values in their form."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.dates import get_datetime_format
from flask_babel import format_date, format_time

from .visitors import Visitor, forget, offered, speaking_to, stored, visitor

__all__ = ["Visitor", "forget", "localized", "offered", "speaking_to", "stored", "visitor"]

UNGROUPED = 10_000  # whole numbers below it may be years


def localized(value: Any) -> str:
    """Return a date, time or number in the form that the visitor is used to.

    Moments are in the visitor's time zone; where that is not known, the zone is named.
    """
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return str(format_date(value))
    if isinstance(value, time):
        return str(format_time(value, "medium" if value.second else "short", rebase=False))
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number(value)
    return str(value)


def _moment(value: datetime) -> str:
    known = visitor()
    if value.tzinfo is not None:
        value = known.zone.normalize(value.astimezone(known.zone))
    pattern = str(get_datetime_format("medium", known.locale)).replace("'", "")
    day, hour = format_date(value, rebase=False), format_time(value, "short", rebase=False)
    text = pattern.replace("{0}", hour).replace("{1}", day)
    return text if known.timezone or value.tzinfo is None else f"{text} {value.tzname()}"


def _number(value: float | Decimal) -> str:
    locale, exact = visitor().locale, Decimal(str(value))
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int):
        return str(value)  # infinite, or no number
    pattern = copy(locale.decimal_formats[None])
    pattern.frac_prec = (max(0, -exponent),) * 2  # 10.50 stays 10.50
    try:
        grouped = abs(exact) >= UNGROUPED or exponent < 0
        return str(pattern.apply(exact, locale, group_separator=grouped))
    except InvalidOperation:
        return str(value)  # more digits than anybody reads
