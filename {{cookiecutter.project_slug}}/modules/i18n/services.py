"""What other modules may use: who reads in which language, and values in their form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import (
    DateTimePattern,
    format_date,
    format_time,
    get_date_format,
    get_datetime_format,
    get_time_format,
    parse_pattern,
)
from babel.numbers import NumberPattern
from flask import Flask

from .catalogues import catalogues_of
from .visitors import Visitor, forget, offered, speaking_to, stored, visitor

__all__ = [
    "Visitor",
    "add_texts",
    "forget",
    "localized",
    "offered",
    "speaking_to",
    "stored",
    "visitor",
]

# Yields texts, each after the name of the module that it is of.
Names = Callable[[], Iterable[tuple[str, str]]]

UNGROUPED = 10_000  # whole numbers below it may be years


def add_texts(app: Flask, names: Names) -> None:
    """Add texts to catalogues that stand in no file, for they are made while a program runs.

    :param names: asked when catalogues are updated or checked, and never while pages are served.
    """
    catalogues_of(app).made.append(names)


def localized(value: Any) -> str:
    """Return a date, time or number in the form that the visitor is used to.

    Moments are in the visitor's time zone; where that is not known, the zone is named.
    """
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return format_date(value, locale=visitor().locale)
    if isinstance(value, time):
        length = "medium" if value.second else "short"
        return format_time(value, length, locale=visitor().locale)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number(value)
    return str(value)


def _moment(value: datetime) -> str:
    known = visitor()
    if value.tzinfo is not None:
        value = value.astimezone(known.zone)
    text = _moments(known.locale).apply(value, known.locale)
    return text if known.timezone or value.tzinfo is None else f"{text} {value.tzname()}"


@lru_cache
def _moments(locale: Locale) -> DateTimePattern:
    """Return how a language writes a day with its hour; a list asks for each of its moments."""
    day, hour = get_date_format("medium", locale), get_time_format("short", locale)
    pattern = str(get_datetime_format("medium", locale))
    return parse_pattern(pattern.replace("{0}", hour.pattern).replace("{1}", day.pattern))


def _number(value: float | Decimal) -> str:
    if isinstance(value, int) and 0 <= value < UNGROUPED:
        return str(value)  # in every language
    exact = Decimal(str(value))
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int):
        return str(value)  # infinite, or no number
    locale = visitor().locale
    grouped = abs(exact) >= UNGROUPED or exponent < 0
    pattern = _numbers(locale, max(0, -exponent))
    try:
        return str(pattern.apply(exact, locale, group_separator=grouped))
    except InvalidOperation:
        return str(value)  # more digits than anybody reads


@lru_cache
def _numbers(locale: Locale, decimals: int) -> NumberPattern:
    """Return how a language writes a number with so many decimals."""
    pattern: NumberPattern = copy(locale.decimal_formats[None])
    pattern.frac_prec = decimals, decimals  # 10.50 stays 10.50
    return pattern
