"""Keyset pagination: where a page begins is in a signed cursor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import abort, current_app
from itsdangerous import BadData, URLSafeSerializer
from models import Product
from sqlalchemy import and_, false, or_


@dataclass(frozen=True)
class Key:
    """A column that the list is sorted by; products without a value come last."""

    name: str
    descending: bool = False

    @property
    def column(self) -> Any:
        return getattr(Product, self.name)

    @property
    def nullable(self) -> bool:
        return self.name == "sold_at"


def order(keys: list[Key], backwards: bool) -> list[Any]:
    found = []
    for key in keys:
        one = key.column.desc() if key.descending is not backwards else key.column.asc()
        if key.nullable:
            one = one.nulls_first() if backwards else one.nulls_last()
        found.append(one)
    return found


def after(keys: list[Key], values: list[Any], backwards: bool) -> Any:
    """Return the condition that a product comes after the one with these values, or before it."""
    steps, same = [], []
    for key, value in zip(keys, values, strict=True):
        steps.append(and_(*same, beyond(key, value, backwards)))
        same.append(key.column.is_(None) if value is None else key.column == value)
    return or_(*steps)


def beyond(key: Key, value: Any, backwards: bool) -> Any:
    if value is None:
        return key.column.is_not(None) if backwards else false()
    past = key.column > value if key.descending is backwards else key.column < value
    return or_(past, key.column.is_(None)) if key.nullable and not backwards else past


def serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="api.cursor.shop_product")


def spelled(keys: list[Key]) -> str:
    return ",".join(("-" if key.descending else "") + key.name for key in keys)


def write_cursor(keys: list[Key], product: Product, *, backwards: bool) -> str:
    values = [plain(getattr(product, key.name)) for key in keys]
    return serializer().dumps([spelled(keys), int(backwards), values])


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def read_cursor(keys: list[Key], cursor: str) -> tuple[list[Any], bool]:
    try:
        spelling, backwards, values = serializer().loads(cursor)
    except BadData:
        abort(404, "No page has this cursor.")
    if spelling != spelled(keys):
        abort(404, "No page has this cursor.")
    return [read(key, value) for key, value in zip(keys, values, strict=True)], bool(backwards)


def read(key: Key, value: Any) -> Any:
    if value is None:
        return None
    return {"price": Decimal, "sold_at": datetime.fromisoformat}.get(key.name, lambda it: it)(value)
