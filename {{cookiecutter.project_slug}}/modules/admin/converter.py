"""What a form has for each column."""

from __future__ import annotations

from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.contrib.sqla.validators import Unique
from flask_admin.model.form import converts
from wtforms import BooleanField, DateField, DecimalField, FloatField, IntegerField, TimeField
from wtforms.validators import NumberRange

from flask_modular import db, lazy_gettext
from flask_modular.fields import (
    ChoiceField,
    Digits,
    JSONField,
    UTCDateTimeField,
    UUIDField,
    YesNoField,
)

from .fields import RowField, RowsField, bits
from .secrets import is_secret

TAKEN = lazy_gettext("Another entry has this already.")


def said(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a field that say something: Flask-Admin gives each a description."""
    return {name: value for name, value in options.items() if value is not None}


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
        return UTCDateTimeField(**{"render_kw": {"step": 1}, **said(field_args)})

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
        return JSONField(**{"description": "JSON.", "render_kw": {"rows": 5}, **said(field_args)})

    @converts("Text")
    def conv_Text(self, field_args: dict[str, Any], **more: Any) -> Any:
        return super().conv_Text(field_args={"render_kw": {"rows": 5}, **field_args}, **more)

    @converts("sqlalchemy.sql.sqltypes.Enum")
    def convert_enum(self, column: Any, field_args: dict[str, Any], **_: Any) -> Any:
        return ChoiceField(values=column.type.enums, blank=column.nullable, **field_args)

    @converts("Integer")
    def handle_integer_types(self, column: Any, field_args: dict[str, Any], **_: Any) -> Any:
        largest = 2 ** bits(column.type) - 1
        field_args["validators"].append(NumberRange(-largest - 1, largest))
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
