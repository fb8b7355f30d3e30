"""Fields of schemas: they take in exactly what the specification says, and nothing near it."""

# ruff: noqa: RUF012 - marshmallow declares the messages as attributes of instances

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal as Number
from typing import Any
from uuid import UUID as UUIDValue

from marshmallow import ValidationError, fields

from .texts import Email, Text, Url, documented

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _from_text(field: fields.Field[Any], value: object) -> bool:
    """Tell whether a value was written in a URL, where everything is text."""
    return isinstance(value, str) and getattr(field.root, "is_query", False)


class Integer(fields.Integer):
    """A whole number, not a text that holds one."""

    def _validated(self, value: Any) -> int:
        if _from_text(self, value):
            value = int(value) if re.fullmatch(r"-?[0-9]{1,40}", value) else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return value


class Float(fields.Float):
    """A number, not a text that holds one."""

    def _validated(self, value: Any) -> float:
        if _from_text(self, value):
            value = float(value) if _NUMBER.fullmatch(value) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Boolean(fields.Boolean):
    """True or false, and nothing that resembles them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if _from_text(self, value):
            value = {"true": True, "false": False}.get(value)
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Decimal(fields.String):
    """A decimal number, written as a text: JSON's numbers would lose digits on the way.

    :param precision: how many digits it has at most.
    :param scale: how many of them stand after the point.
    """

    default_error_messages = {
        "invalid": 'Write the number as a text, such as "9.95".',
        "digits": "At most {whole} digits before the point and {scale} after it.",
    }

    def __init__(self, *, precision: int = 38, scale: int = 10, **options: Any) -> None:
        self.whole, self.scale = precision - scale, scale
        whole = rf"[0-9]{{1,{self.whole}}}" if self.whole else "0"
        fraction = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
        self.pattern = re.compile(f"^-?{whole}{fraction}$")
        super().__init__(**documented(options, pattern=self.pattern.pattern, format="decimal"))

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else format(value, "f")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not self.pattern.fullmatch(value):
            raise self.make_error("digits", whole=self.whole, scale=self.scale)
        return Number(value)


class DateTime(fields.AwareDateTime):
    """A moment with its time zone, as RFC 3339 writes it; kept and shown in UTC."""

    default_error_messages = {
        "invalid": "Write a moment with its time zone, such as 2026-01-31T12:00:00Z."
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise self.make_error("invalid")
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.make_error("invalid") from None


class Date(fields.Date):
    """A day, such as 2026-01-31."""

    default_error_messages = {"invalid": "Write a day, such as 2026-01-31."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **options)


class Time(fields.Time):
    """A time of day, such as 12:00 or 12:00:30."""

    default_error_messages = {"invalid": "Write a time of day, such as 12:00:30."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**documented(options, pattern=_TIME))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(_TIME, value):
            raise self.make_error("invalid")
        return time.fromisoformat(value)


class UUID(fields.UUID):
    """A UUID with its hyphens."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> UUIDValue:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise self.make_error("invalid_uuid")
        return UUIDValue(value)


class Json(fields.Raw):
    """Anything that JSON can say; null only where it is allowed."""

    def __init__(self, **options: Any) -> None:
        kinds = ["object", "array", "string", "number", "boolean"]
        super().__init__(**documented(options, type=kinds))


__all__ = [
    "UUID",
    "Boolean",
    "Date",
    "DateTime",
    "Decimal",
    "Email",
    "Float",
    "Integer",
    "Json",
    "Text",
    "Time",
    "Url",
    "ValidationError",
]
