"""The types of `--model`: what each is in Python and in SQLAlchemy, and which defaults it takes."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from ..errors import ModularError
from ..json import loads

INT32, INT64 = 2**31 - 1, 2**63 - 1
TRUTHS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


class FieldError(ModularError):
    """A `--model` that cannot be understood."""


@dataclass(frozen=True)
class Default:
    """A default: the value, and the Python that makes it."""

    value: object
    code: str


@dataclass(frozen=True)
class Kind:
    """One type of the language.

    :param annotation: what `Mapped[…]` says.
    :param column: SQLAlchemy's type where the annotation does not say enough; its arguments are
        filled in.
    :param read: make a default from its text; ValueError where it fits not.
    :param example: such a text, for errors.
    """

    name: str
    annotation: str
    column: str = ""
    read: Callable[[str], Default] = lambda text: Default(text, repr(text))
    example: str = "text"
    indexed: bool = True
    unique: bool = True
    sorted: bool = True


def _whole(limit: int) -> Callable[[str], Default]:
    def read(text: str) -> Default:
        number = int(text)
        if abs(number) > limit:
            raise ValueError
        return Default(number, str(number))

    return read


def _float(text: str) -> Default:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return Default(number, repr(number))


def _decimal(text: str) -> Default:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError from None
    if not number.is_finite():
        raise ValueError
    return Default(number, f'Decimal("{number}")')


def _bool(text: str) -> Default:
    if text.lower() not in TRUTHS:
        raise ValueError
    return Default(TRUTHS[text.lower()], repr(TRUTHS[text.lower()]))


def _date(text: str) -> Default:
    if text == "today":
        return Default(None, "dt.date.today")
    day = dt.date.fromisoformat(text)
    return Default(day, f"dt.date({day.year}, {day.month}, {day.day})")


def _datetime(text: str) -> Default:
    if text == "now":
        return Default(None, "lambda: dt.datetime.now(dt.UTC)")
    moment = dt.datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)
    return Default(moment, f'dt.datetime.fromisoformat("{moment.isoformat()}")')


def _time(text: str) -> Default:
    time = dt.time.fromisoformat(text)
    if time.tzinfo is not None:
        raise ValueError
    return Default(time, f'dt.time.fromisoformat("{time.isoformat()}")')


def _uuid(text: str) -> Default:
    return Default(UUID(text), f'UUID("{UUID(text)}")')


def _json(text: str) -> Default:
    value = loads(text)
    containers = {"{}": "dict", "[]": "list"}
    code = repr(value)
    return Default(value, containers.get(code, f"lambda: {code}" if code[0] in "[{" else code))


def _matching(pattern: str) -> Callable[[str], Default]:
    def read(text: str) -> Default:
        if not re.fullmatch(pattern, text):
            raise ValueError
        return Default(text, repr(text))

    return read


_ALL = (
    Kind("str", "str", "String({length})"),
    Kind("text", "str", "Text", indexed=False, unique=False, sorted=False),
    Kind("int", "int", "", _whole(INT32), "0"),
    Kind("bigint", "int", "BigInteger", _whole(INT64), "0"),
    Kind("float", "float", "", _float, "0.5"),
    Kind("decimal", "Decimal", "Numeric({precision}, {scale})", _decimal, "9.90"),
    Kind("bool", "bool", "", _bool, "true", unique=False),
    Kind("date", "dt.date", "", _date, "2026-01-31 or today"),
    Kind("datetime", "dt.datetime", "", _datetime, "2026-01-31T12:00 or now"),
    Kind("time", "dt.time", "", _time, "12:00"),
    Kind("uuid", "UUID", "", _uuid, "123e4567-e89b-12d3-a456-426614174000"),
    Kind(
        "json",
        "Any",
        "JSON(none_as_null=True)",
        _json,
        "{}",
        indexed=False,
        unique=False,
        sorted=False,
    ),
    Kind("enum", "str", "Enum(*{choices}, native_enum=False, length={length})", unique=False),
    Kind("email", "str", "String(254)", _matching(r"[^@\s]+@[^@\s]+"), "ada@example.com"),
    Kind("url", "str", "String(2000)", _matching(r"https?://\S+"), "https://example.com"),
)
KINDS = {kind.name: kind for kind in _ALL}
# A foreign key; what it holds depends on the model that it points at.
REFERENCE = Kind("reference", "int", sorted=False)
