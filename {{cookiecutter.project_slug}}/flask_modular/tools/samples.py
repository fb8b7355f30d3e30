"""Values for seeds and tests: what a person might enter, in three rows."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

from .specs import Field, ModelSpec

ADJECTIVES = ("small", "fine", "grand")
PEOPLE = ("Ada Lovelace", "Grace Hopper", "Alan Turing")
NUMBERS = (3, 12, 40)
NOON = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)


def sample(model: ModelSpec, one: Field, row: int) -> object:
    """Return the value of a field that is no reference, in one of three rows."""
    word, day = ADJECTIVES[row], NOON + dt.timedelta(days=30 * row, hours=row)
    values: dict[str, object] = {
        "text": f"A {word} {model.words}, told in a sentence or two.",
        "int": NUMBERS[row],
        "bigint": NUMBERS[row],
        "float": NUMBERS[row] / 2,
        "decimal": _decimal(one, row),
        "bool": row != 1,
        "date": day.date(),
        "datetime": day,
        "time": day.time(),
        "uuid": UUID(int=row + 1),
        "json": {"size": word},
        "enum": one.choices[row % len(one.choices)] if one.choices else "",
        "email": f"{PEOPLE[row].split()[0].lower()}@example.com",
        "url": f"https://example.com/{word}",
    }
    return values[one.kind.name] if one.kind.name in values else _text(model, one, row)


def _text(model: ModelSpec, one: Field, row: int) -> str:
    word, person = ADJECTIVES[row], PEOPLE[row]
    known = {"first_name": person.split()[0], "last_name": person.split()[1], "author": person}
    thing = model.words if one is model.label else one.label.lower()
    text = known.get(one.name, f"{word} {thing}".capitalize())
    if one.name in {"slug", "code", "key", "sku", "username"}:
        text = f"{word} {model.words}".replace(" ", "-")
    return text if len(text) <= one.length else ("abc"[row] * one.length)[: min(one.length, 8)]


def _decimal(one: Field, row: int) -> Decimal:
    places = one.precision - one.scale
    whole = (24, 9, 12)[row] if places > 1 else (1, 2, 3)[row] if places else 0
    fraction = "951"[row].ljust(one.scale, "0")[: one.scale]
    return Decimal(f"{whole}.{fraction}" if one.scale else str(whole))


def as_code(value: object) -> str:
    """Return the Python that makes a value."""
    if isinstance(value, dt.datetime):
        return f"dt.datetime({value:%Y, }{value.month}, {value.day}, {value.hour}, tzinfo=dt.UTC)"
    if isinstance(value, dt.date):
        return f"dt.date({value.year}, {value.month}, {value.day})"
    if isinstance(value, dt.time):
        return f"dt.time({value.hour})"
    if isinstance(value, Decimal):
        return f'Decimal("{value}")'
    return f"UUID(int={value.int})" if isinstance(value, UUID) else repr(value)


def as_input(value: object) -> str:
    """Return what is typed into a form to give a value."""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, dict) else str(value)
