"""What a list is filtered by: one or two controls for each column."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import request
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from sqlalchemy import inspect, select

from flask_modular import ModularError, db, lazy_gettext
from flask_modular import gettext as _

from .fields import value_of

MOST_CHOICES = 200


class Filter(BaseSQLAFilter):
    """Rows whose column has a value.

    :cvar control: the type of its field, or "select".
    """

    control = "search"

    def __init__(self, column: Any, label: str, argument: str) -> None:
        super().__init__(column, label)
        self.argument = f"filter_{argument}"

    @property
    def value(self) -> str:
        """Return what the URL says."""
        return request.args.get(self.argument, "")

    def operation(self) -> str:
        return ""

    def choices(self) -> list[tuple[str, str]]:
        """Return what a select offers: texts of the URL and of the page."""
        return []

    def apply(self, query: Any, value: Any, alias: Any = None) -> Any:
        return query.filter(self.column == value)


class Text(Filter):
    def apply(self, query: Any, value: Any, alias: Any = None) -> Any:
        return query.filter(self.column.icontains(value, autoescape=True))


class Number(Filter):
    control = "number"

    def clean(self, value: str) -> int:
        return int(value_of(self.column.type, value))


class Unique(Filter):
    def clean(self, value: str) -> UUID:
        return UUID(value)


class YesNo(Filter):
    control = "select"

    def clean(self, value: str) -> bool:
        return {"yes": True, "no": False}[value]

    def validate(self, value: str) -> bool:
        return value in ("yes", "no")

    def choices(self) -> list[tuple[str, str]]:
        return [("yes", _("Yes")), ("no", _("No"))]


class Choice(Filter):
    """Rows with one of a few values."""

    control = "select"

    def __init__(self, *given: Any, options: Any) -> None:
        super().__init__(*given)
        self.labels = {str(value): label for value, label in options}

    def validate(self, value: str) -> bool:
        return value in self.labels

    def choices(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in self.labels.items()]


class Reference(Filter):
    """Rows that refer to one of another table, while there are not too many of them."""

    control = "select"

    def __init__(self, column: Any, label: str, argument: str, target: Any) -> None:
        super().__init__(column, label, argument)
        self.target = target

    def rows(self) -> dict[str, Any]:
        found = db.session.scalars(select(self.target).limit(MOST_CHOICES))
        return {str(inspect(row).identity[0]): row for row in found}

    def clean(self, value: str) -> Any:
        return inspect(self.rows()[value]).identity[0]

    def validate(self, value: str) -> bool:
        return value in self.rows()

    def choices(self) -> list[tuple[str, str]]:
        pairs = ((key, str(row)) for key, row in self.rows().items())
        return sorted(pairs, key=lambda pair: pair[1])


class Day(Filter):
    """Rows from a day on, or until one, that day included."""

    control = "date"

    def __init__(self, *given: Any, until: bool, timed: bool) -> None:
        super().__init__(*given)
        self.until, self.timed = until, timed

    def clean(self, value: str) -> dt.date:
        day = dt.date.fromisoformat(value)
        if day == dt.date.max:
            raise ValueError
        return day

    def apply(self, query: Any, value: dt.date, alias: Any = None) -> Any:
        limit: Any = value + dt.timedelta(days=self.until)
        if self.timed:
            limit = dt.datetime.combine(limit, dt.time(), dt.UTC)
        return query.filter(self.column < limit if self.until else self.column >= limit)


def filters_for(view: Any, name: str) -> list[Filter]:
    """Return the filters of a column.

    :raises ModularError: for a column that has none.
    """
    attribute, label = getattr(view.model, name), view.get_column_name(name)
    if hasattr(attribute.property, "direction"):
        target = attribute.property.mapper.class_
        return [Reference(next(iter(attribute.property.local_columns)), label, name, target)]
    kind = attribute.type
    options = (view.column_choices or {}).get(name)
    if options or getattr(kind, "enums", None):
        pairs = options or [(one, one.replace("_", " ").capitalize()) for one in kind.enums]
        return [Choice(attribute, label, name, options=pairs)]
    python = getattr(kind, "impl_instance", kind).python_type
    if python in (dt.datetime, dt.date):
        timed = python is dt.datetime
        texts = (
            (False, lazy_gettext("%(name)s from", name=label), f"{name}_from"),
            (True, lazy_gettext("%(name)s until", name=label), f"{name}_until"),
        )
        return [Day(attribute, text, key, until=until, timed=timed) for until, text, key in texts]
    plain: dict[type, type[Filter]] = {bool: YesNo, int: Number, str: Text, UUID: Unique}
    if python not in plain:
        raise ModularError(
            f'"{type(view).__name__}" has "{name}" in column_filters, and nothing can be looked '
            f"for in it; take it out."
        )
    return [plain[python](attribute, label, name)]
