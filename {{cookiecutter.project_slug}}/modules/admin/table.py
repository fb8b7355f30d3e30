"""What a table's pages show and store: Flask-Admin's model view, made for our models and forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask import flash
from flask_admin.contrib.sqla import ModelView
from flask_admin.tools import iterdecode
from sqlalchemy import JSON, String, cast, inspect, or_
from sqlalchemy.exc import DataError, IntegrityError
from wtforms import ValidationError
from wtforms.fields.core import UnboundField

from flask_modular import Model, ModularError, db, lazy_gettext
from flask_modular.texts import pluralize

from .converter import Converter
from .fields import AdminForm, value_of
from .filters import Filter, filters_for
from .pages import Page
from .secrets import is_secret

REFUSED = lazy_gettext(
    "The database refuses this: another entry has the same value, or refers to this one."
)
# What `ui.value` shows in its own way.
PLAIN = (str, int, float, Decimal, dt.date, dt.time, dict, list)


class Table(Page, ModelView):
    """What `ModelAdmin` is made of, its pages left aside."""

    model: ClassVar[type[Model]]
    logged: bool = True
    unlogged: Sequence[str] = ()
    personal: bool = False

    can_view_details = True
    can_set_page_size = True
    column_type_formatters: ClassVar[dict[type, Any]] = {list: lambda _, found, __: joined(found)}
    form_base_class = AdminForm
    model_form_converter = Converter
    named_filter_urls = True

    def __init__(self, owner: str) -> None:
        if getattr(type(self), "model", None) is None:
            raise ModularError(
                f'"{type(self).__name__}" in the admin.py of "{owner}" names no model; '
                f"write `model = …`."
            )
        super().__init__(self.model, db, **self.placed(owner))

    def called(self) -> str:
        return pluralize(super().called())

    def texts(self) -> Iterator[Any]:
        yield from super().texts()
        yield from (label for _, label in (*self._list_columns, *self._details_columns))
        yield from map(self.get_column_name, self.column_filters or ())
        forms = [self._create_form_class] * self.can_create + [
            self._edit_form_class
        ] * self.can_edit
        for field in (one for form in forms for one in vars(form).values()):
            if isinstance(field, UnboundField):
                yield field.kwargs.get("label")

    def get_column_name(self, field: str) -> str:
        known: dict[str, str] = self.column_labels or {}
        return known.get(field) or lazy_gettext(
            field.replace("_", " ").replace(".", " ").capitalize()
        )

    def scaffold_list_columns(self) -> list[str]:
        return [name for name in super().scaffold_list_columns() if not is_secret(name)]

    def get_edit_form(self) -> Any:
        form = super().get_edit_form()
        for name in [one for one in vars(form) if is_secret(one)]:
            if name not in (self.form_columns or ()):
                delattr(form, name)  # it may have to be entered, but is not shown again
        return form

    def scaffold_sortable_columns(self) -> dict[str, Any]:
        found = super().scaffold_sortable_columns().items()
        # Databases know no order of JSON, and that of secrets tells about them.
        sorts = {name: one for name, one in found if not isinstance(one.type, JSON)}
        return {name: one for name, one in sorts.items() if not is_secret(name)}

    def scaffold_filters(self, name: str) -> list[Filter]:
        return filters_for(self, name)

    def get_filter_arg(self, index: int, filter: Filter) -> str:
        return filter.argument

    def _apply_search(self, query: Any, count_query: Any, joins: Any, more: Any, text: str) -> Any:
        for word in text.replace("\0", "").split():  # PostgreSQL takes none
            names = self.column_searchable_list or ()
            found = or_(*(contains(self.model, name, word) for name in names))
            query, count_query = query.filter(found), count_query.filter(found)
        return query, count_query, joins, more

    def _apply_sorting(self, query: Any, joins: Any, column: Any, descending: bool) -> Any:
        query, joins = super()._apply_sorting(query, joins, column, descending)
        # Without a last word the database may show a row on two pages, and another on none.
        newest = [key.desc() for key in inspect(self.model).primary_key]
        return query.order_by(*newest), joins

    def get_one(self, text: str) -> Any:
        """Return the row whose key a text is, or None."""
        columns = inspect(self.model).primary_key
        try:
            parts = zip(columns, iterdecode(text.replace("\0", "")), strict=True)
            return db.session.get(self.model, [value_of(one.type, part) for one, part in parts])
        except ValueError:
            return None

    def handle_view_exception(self, error: Exception) -> bool:
        if isinstance(error, ValidationError | ModularError):
            flash(str(getattr(error, "message", error)), "error")
        elif isinstance(error, IntegrityError | DataError):
            flash(str(REFUSED), "error")
        else:
            raise error
        return True

    def shown(self, row: Any, name: str) -> Any:
        """Return what a page shows of a row: a text, a number, a date, or what JSON knows."""
        formats = self.column_formatters, self.column_type_formatters
        value = self._get_list_value(None, row, name, *formats)
        return value if value is None or isinstance(value, PLAIN) else str(value)


def joined(found: list[Any]) -> Any:
    """Return a list as people write it, unless it holds more than rows or texts."""
    return (
        found if any(isinstance(one, dict | list) for one in found) else ", ".join(map(str, found))
    )


def contains(model: Any, name: str, text: str) -> Any:
    """Look for a text in a column, whatever its case; `user.email` is one of another table."""
    first, _, rest = name.partition(".")
    attribute = getattr(model, first)
    if rest:
        return attribute.has(contains(attribute.property.mapper.class_, rest, text))
    return cast(attribute, String).icontains(text, autoescape=True)
