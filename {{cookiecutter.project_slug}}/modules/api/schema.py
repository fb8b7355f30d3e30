"""Schemas: what goes in and out of an API, written out or made from a model's columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from marshmallow import Schema as MarshmallowSchema
from marshmallow import missing, validate
from marshmallow.fields import Field
from marshmallow_sqlalchemy import ModelConverter, SQLAlchemyAutoSchema
from marshmallow_sqlalchemy.schema import SQLAlchemyAutoSchemaOpts

from flask_modular import Model, ModularError

from . import fields

INT32, INT64 = 2**31 - 1, 2**63 - 1
LARGEST_FLOAT = 1e300
MESSAGES = {
    "unknown": "There is no such field, or it cannot be written.",
    "type": "Write an object.",
}

_FIELDS: dict[type, type[Field[Any]]] = {
    str: fields.Text,
    int: fields.Integer,
    float: fields.Float,
    bool: fields.Boolean,
    Decimal: fields.Decimal,
    dt.datetime: fields.DateTime,
    dt.date: fields.Date,
    dt.time: fields.Time,
    UUID: fields.UUID,
}


class Schema(MarshmallowSchema):
    """A schema that refuses fields which it does not know."""

    error_messages = MESSAGES


class Options(SQLAlchemyAutoSchemaOpts):
    """What a `class Meta` may say; foreign keys are fields like others."""

    def __init__(self, meta: Any, *args: Any, **options: Any) -> None:
        super().__init__(meta, *args, **options)  # type: ignore[no-untyped-call]
        self.include_fk = getattr(meta, "include_fk", True)
        self.model_converter = getattr(meta, "model_converter", Converter)


class Converter(ModelConverter):
    """Make a field from a column, with all that the database would refuse."""

    def column2field(self, column: Any, *, instance: bool = True, **options: Any) -> Any:
        """Return the field of a column."""
        made = {**column_options(column), **options}
        return field_class(column)(**made) if instance else field_class(column)

    def property2field(self, prop: Any, *, instance: bool = True, **options: Any) -> Any:
        """Return the field of a mapped attribute."""
        if hasattr(prop, "columns"):
            options.pop("field_class", None)
            return self.column2field(prop.columns[0], instance=instance, **options)
        return super().property2field(prop, instance=instance, **options)  # type: ignore[call-overload]


def python_type(column: Any) -> type | None:
    """Return what a column's values are in Python, or None where that differs."""
    kind = column.type
    while isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    try:
        found: type = kind.python_type
    except NotImplementedError:
        return None
    return None if isinstance(kind, sa.JSON) else found


def field_class(column: Any) -> type[Field[Any]]:
    """Return the class of the field for a column.

    :raises ModularError: where there is none, and the schema has to name one.
    """
    if isinstance(column.type, sa.JSON):
        return fields.Json
    found = _FIELDS.get(python_type(column) or object)
    if found is None:
        raise ModularError(
            f'The column "{column}" is a {column.type!r}, for which there is no field; write one '
            f"in its schema, such as {column.key} = fields.Text()."
        )
    return found


def column_options(column: Any) -> dict[str, Any]:
    """Return the options of the field for a column."""
    options: dict[str, Any] = {"allow_none": bool(column.nullable), "validate": [*limits(column)]}
    if column.primary_key and column.table._autoincrement_column is column:
        options["dump_only"] = True
    elif column.default is not None or column.nullable:
        options["load_default"] = default_of(column)
    else:
        options["required"] = column.server_default is None
    if python_type(column) is Decimal:
        options["precision"] = column.type.precision or 38
        options["scale"] = column.type.scale or 0
    if column.doc:
        options["metadata"] = {"description": column.doc}
    return options


def default_of(column: Any) -> Any:
    """Return what a column holds where nothing is given, or a function that makes it."""
    default = column.default
    if default is None:
        return missing if column.server_default is not None else None
    if default.is_scalar:
        return default.arg
    return (lambda: default.arg(None)) if default.is_callable else missing


def limits(column: Any) -> Iterator[validate.Validator]:
    """Yield the validators of a column."""
    kind = python_type(column)
    if isinstance(column.type, sa.Enum):
        yield validate.OneOf(column.type.enums)
    elif kind is str:
        least = None if column.nullable or column.default is not None else 1
        if least or column.type.length:
            yield validate.Length(min=least, max=column.type.length)
    elif kind is int:
        bits = INT64 if isinstance(column.type, sa.BigInteger) else INT32
        yield validate.Range(min=-bits - 1, max=bits)
    elif kind is float:
        yield validate.Range(min=-LARGEST_FLOAT, max=LARGEST_FLOAT)


class ModelSchema(SQLAlchemyAutoSchema, Schema):  # type: ignore[type-arg]
    """A schema whose fields are made from the columns of `Meta.model`.

    `Meta.fields` names the columns that are shown: one that is added to the model later is not
    shown by accident.
    """

    OPTIONS_CLASS = Options

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        """Require nothing that cannot be sent, though its column may not be empty."""
        if field_obj.dump_only:
            field_obj.required = False

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Return what a row holds; whether it is a mapping need not be asked for each field."""
        if isinstance(obj, Model) and "." not in attr:
            return getattr(obj, attr, default)
        return super().get_attribute(obj, attr, default)


@cache
def instance(schema: type[MarshmallowSchema]) -> MarshmallowSchema:
    """Return the one instance of a schema: making it costs more than using it."""
    return schema()
