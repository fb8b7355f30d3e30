"""Keyset pagination: a page begins after a row, and not after a number of rows.

So a page takes as long as the first wherever it is, and rows that come and go do not shift it.
Rows without a value come last in either direction, in every database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort, current_app
from itsdangerous import BadData, URLSafeSerializer

from .problems import problem
from .schema import python_type

_READ: dict[type, Callable[[Any], Any]] = {
    Decimal: Decimal,
    dt.datetime: dt.datetime.fromisoformat,
    dt.date: dt.date.fromisoformat,
    dt.time: dt.time.fromisoformat,
    UUID: UUID,
}


@dataclass(frozen=True)
class Key:
    """One column that rows are sorted by."""

    name: str
    column: Any
    descending: bool = False

    @property
    def nullable(self) -> bool:
        """Tell whether there may be rows without a value."""
        return bool(self.column.property.columns[0].nullable)

    def order(self, backwards: bool) -> list[Any]:
        """Return what to sort by, rows without a value last (first, if read backwards)."""
        falling = self.descending is not backwards
        by_value = self.column.desc() if falling else self.column.asc()
        if not self.nullable:
            return [by_value]
        return [by_value.nulls_first() if backwards else by_value.nulls_last()]

    def beyond(self, value: Any, backwards: bool) -> Any:
        """Return the condition that a row comes after one with a value (before, if backwards)."""
        if value is None:
            return self.column.is_not(None) if backwards else sa.false()
        larger = self.descending is backwards
        past = self.column > value if larger else self.column < value
        return sa.or_(past, self.column.is_(None)) if self.nullable and not backwards else past

    def equals(self, value: Any) -> Any:
        """Return the condition that a row has a value."""
        return self.column.is_(None) if value is None else self.column == value

    def read(self, value: Any) -> Any:
        """Return the value that a cursor holds as text."""
        kind = python_type(self.column.property.columns[0])
        return value if value is None or kind is None else _READ.get(kind, lambda one: one)(value)


def keys(sort: Sequence[str], columns: Mapping[str, Any], tie: Any) -> list[Key]:
    """Return the keys for `sort`, with the primary key last so that no two rows are alike."""
    found = [Key(one, columns[one.lstrip("-")], one.startswith("-")) for one in sort]
    return [*found, Key(tie.key, tie)]


def beyond(wanted: Sequence[Key], values: Sequence[Any], backwards: bool) -> Any:
    """Return the condition that a row comes after the one that has these values."""
    steps = []
    for position, (key, value) in enumerate(zip(wanted, values, strict=True)):
        same = [one.equals(other) for one, other in zip(wanted[:position], values, strict=False)]
        steps.append(sa.and_(*same, key.beyond(value, backwards)))
    return sa.or_(*steps)


def _serializer(table: str) -> URLSafeSerializer:
    config = current_app.config
    secrets = [*(config.get("SECRET_KEY_FALLBACKS") or ()), config["SECRET_KEY"]]
    return URLSafeSerializer(secrets, salt=f"api.cursor.{table}")


def write_cursor(table: str, wanted: Sequence[Key], row: Any, backwards: bool) -> str:
    """Return the text that stands for the place of a row."""
    values = [_plain(getattr(row, key.column.key)) for key in wanted]
    text = _serializer(table).dumps([_order(wanted), int(backwards), values])
    return text if isinstance(text, str) else text.decode()


def read_cursor(table: str, wanted: Sequence[Key], text: str) -> tuple[list[Any], bool]:
    """Return the values of the row that a cursor stands for, and whether to go back from it.

    Nobody but this application can write one; 404 for all others, and for those of another order.
    """
    try:
        order, backwards, values = _serializer(table).loads(text)
    except (BadData, ValueError, TypeError):
        order, backwards, values = None, 0, []
    if order != _order(wanted):
        errors = [{"detail": "No page has this cursor.", "parameter": "cursor"}]
        abort(problem(404, "The cursor leads nowhere; begin without one.", errors=errors))
    return [key.read(value) for key, value in zip(wanted, values, strict=True)], bool(backwards)


def _order(wanted: Sequence[Key]) -> str:
    return ",".join(("-" if key.descending else "") + key.column.key for key in wanted)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
