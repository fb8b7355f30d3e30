"""The fields of forms: those of the site, for what Flask-Admin's are made for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_admin.contrib.sqla.fields import QuerySelectField, QuerySelectMultipleField
from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.contrib.sqla.validators import Unique
from flask_admin.model.form import converts
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FloatField,
    IntegerField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]
from wtforms.validators import NumberRange
from wtforms.widgets import CheckboxInput, ListWidget, Select, TextInput

from flask_modular import Form, db, lazy_gettext
from flask_modular import gettext as _
from flask_modular.fields import (
    ChoiceField,
    Digits,
    JSONField,
    UTCDateTimeField,
    UUIDField,
    YesNoField,
)

from .secrets import is_secret

# A select of more rows is no help: the key of one is entered instead.
MOST_ROWS = 200
TAKEN = lazy_gettext("Another entry has this already.")


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
        key = self.target.__mapper__.primary_key[0].type.python_type
        try:
            self.data = db.session.get(self.target, key(text)) if text else None
        except (ValueError, OverflowError):
            self.data = None
        if text and self.data is None:
            raise ValueError(_("There is no entry with this key."))

    def pre_validate(self, form: Any) -> None:
        if not self.is_long:
            super().pre_validate(form)
        elif self.data is None and not (self.allow_blank or self.process_errors):
            raise ValidationError(_("There is no entry with this key."))


class Converter(AdminModelConverter):
    """What a form has for each column."""

    def convert(self, model: Any, mapper: Any, name: str, prop: Any, *given: Any) -> Any:
        column = getattr(prop, "columns", [None])[0]
        needed = column is not None and not (column.nullable or column.default)
        if is_secret(name) and not needed and name not in (self.view.form_columns or ()):
            return None
        field = super().convert(model, mapper, name, prop, *given)
        for one in field.kwargs["validators"] if field is not None else ():
            if isinstance(one, Unique):
                one.message = TAKEN  # its own is Flask-Babel's to translate, which may not be here
        return field

    def _get_label(self, name: str, field_args: dict[str, Any]) -> Any:
        return field_args.get("label") or self.view.get_column_name(name)

    def _convert_relation(self, name: str, prop: Any, *given: Any) -> Any:
        named = name in (self.view.form_columns or ())
        return super()._convert_relation(name, prop, *given) if named or not prop.uselist else None

    def _model_select_field(self, prop: Any, multiple: Any, target: Any, **options: Any) -> Any:
        if not multiple:
            return RowField(target=target, **options)
        return RowsField(query_factory=lambda: db.session.query(target), **options)

    @converts("Boolean")
    def conv_Boolean(self, column: Any, field_args: dict[str, Any], **_: Any) -> Any:
        return (YesNoField if column.nullable else BooleanField)(**field_args)

    @converts("Date")
    def convert_date(self, field_args: dict[str, Any], **_: Any) -> Any:
        return DateField(**field_args)

    @converts("UTCDateTime", "DateTime")
    def convert_datetime(self, field_args: dict[str, Any], **_: Any) -> Any:
        return UTCDateTimeField(**{"render_kw": {"step": 1}, **field_args})

    @converts("Time")
    def convert_time(self, field_args: dict[str, Any], **_: Any) -> Any:
        return TimeField(
            **{"format": ["%H:%M:%S", "%H:%M"], "render_kw": {"step": 1}, **field_args}
        )

    @converts("Uuid")
    def conv_PGUuid(self, field_args: dict[str, Any], **_: Any) -> Any:
        return UUIDField(**field_args)

    @converts("JSON")
    def convert_JSON(self, field_args: dict[str, Any], **_: Any) -> Any:
        return JSONField(**{"description": "JSON.", "render_kw": {"rows": 5}, **field_args})

    @converts("Text")
    def conv_Text(self, field_args: dict[str, Any], **more: Any) -> Any:
        return super().conv_Text(field_args={"render_kw": {"rows": 5}, **field_args}, **more)

    @converts("sqlalchemy.sql.sqltypes.Enum")
    def convert_enum(self, column: Any, field_args: dict[str, Any], **_: Any) -> Any:
        return ChoiceField(values=column.type.enums, blank=column.nullable, **field_args)

    @converts("Integer")
    def handle_integer_types(self, column: Any, field_args: dict[str, Any], **_: Any) -> Any:
        bits = {"SmallInteger": 15, "BigInteger": 63}.get(type(column.type).__name__, 31)
        field_args["validators"].append(NumberRange(-(2**bits), 2**bits - 1))
        return IntegerField(**field_args)

    @converts("Float")
    def convert_float(self, field_args: dict[str, Any], **_: Any) -> Any:
        field_args["validators"].append(NumberRange(-1e300, 1e300))
        return FloatField(**field_args)

    @converts("Numeric")
    def handle_decimal_types(self, column: Any, field_args: dict[str, Any], **_: Any) -> Any:
        kind = column.type
        if kind.precision is not None:
            field_args["validators"].append(Digits(kind.precision, kind.scale or 0))
        return DecimalField(**{"places": kind.scale, **field_args})
