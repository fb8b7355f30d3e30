"""The fields of forms: those of the site, for what Flask-Admin's are made for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_admin.contrib.sqla.fields import QuerySelectField, QuerySelectMultipleField
from sqlalchemy import select
from wtforms import (
    ValidationError,
)
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget, Select, TextInput

from flask_modular import Form, db
from flask_modular import gettext as _

# A select of more rows is no help: the key of one is entered instead.
MOST_ROWS = 200


def bits(kind: Any) -> int:
    """Return how large the whole numbers of a column's type get."""
    return {"SmallInteger": 15, "BigInteger": 63}.get(type(kind).__name__, 31)


def value_of(kind: Any, text: str) -> Any:
    """Return the value of a column's type that a text means.

    :raises ValueError: for a text that means none, or a number that no such column holds.
    """
    value = kind.python_type(text)
    if isinstance(value, int) and abs(value) >= 2 ** bits(kind):
        raise ValueError
    return value


class AdminForm(Form):
    """A form of an admin page; Flask-Admin's validators look for its row."""

    def __init__(self, formdata: Any = None, obj: Any = None, **options: Any) -> None:
        self._obj = obj
        super().__init__(formdata, obj=obj, **options)


class Choices:
    """What WTForms wants of a select: Flask-Admin's yield plain tuples."""

    def iter_choices(self) -> Iterator[Choice]:
        for one in super().iter_choices():  # type: ignore[misc]
            yield Choice(one[0], str(one[1]), one[2], {})

    def _get_object_list(self) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = super()._get_object_list()  # type: ignore[misc]
        return sorted(found, key=lambda pair: str(pair[1]))


class RowsField(Choices, QuerySelectMultipleField):
    """Boxes to tick, one for each row of a table."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RowField(Choices, QuerySelectField):
    """A select of the rows of a table; where there are many, a field for the key of one."""

    widget: Any = Select()
    description: Any
    iter_choices: Any

    def __init__(self, *given: Any, target: Any, **options: Any) -> None:
        super().__init__(*given, query_factory=lambda: db.session.query(target), **options)
        self.target = target
        rows = db.session.scalars(select(target).limit(MOST_ROWS + 1)).all()
        self.is_long = len(rows) > MOST_ROWS
        if self.is_long:
            self.widget, self.iter_choices = TextInput(), None
            self.description = self.description or _("The key of the entry, as its page shows it.")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.get_pk(self.data))

    def process_formdata(self, valuelist: list[str]) -> None:
        if not self.is_long or not valuelist:
            super().process_formdata(valuelist)
            return
        text = valuelist[0].strip()
        kind = self.target.__mapper__.primary_key[0].type
        try:
            self.data = db.session.get(self.target, value_of(kind, text)) if text else None
        except ValueError:
            self.data = None
        if text and self.data is None:
            raise ValueError(_("There is no entry with this key."))

    def pre_validate(self, form: Any) -> None:
        if not self.is_long:
            super().pre_validate(form)
        elif self.data is None and not (self.allow_blank or self.process_errors):
            raise ValidationError(_("There is no entry with this key."))
