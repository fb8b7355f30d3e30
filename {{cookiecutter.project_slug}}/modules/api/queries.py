"""The parameters that a list takes: filters, search, sorting, sparse fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields as plain
from marshmallow import validate
from webargs.fields import DelimitedList

from . import fields
from .schema import (
    MESSAGES,
    ModelSchema,
    Schema,
    column_options,
    field_class,
    instance,
    python_type,
)

MOST = 200
PAGE_SIZE = 50
LONGEST = 255  # texts that a URL can hold
OWN = ("limit", "cursor", "sort", "fields", "count", "q")
UNKNOWN = {**MESSAGES, "unknown": "There is no such parameter."}
COMPARED = {"gte": "At least this.", "lte": "At most this."}


class QuerySchema(Schema):
    """Parameters of a URL: all of them are texts."""

    error_messages = UNKNOWN
    is_query = True


def query_schema(
    schema: type[ModelSchema], *, sort: Sequence[str], search: Sequence[str]
) -> type[MarshmallowSchema]:
    """Return the schema of the parameters that a list takes."""
    parameters: dict[str, Any] = {
        "limit": fields.Integer(
            validate=validate.Range(1, MOST), metadata={"description": "How many at most."}
        ),
        "cursor": fields.Text(
            validate=validate.Length(1, 2000),
            metadata={"description": "Where to go on: `next` of the page before."},
        ),
        "count": fields.Boolean(
            metadata={"description": "Whether to count all that there are, as `count`."}
        ),
        **sparse(schema),
    }
    if sort:
        orders = [f"{sign}{name}" for name in sort for sign in ("", "-")]
        parameters["sort"] = DelimitedList(
            plain.String(validate=validate.OneOf(orders)),
            validate=validate.Length(1, 5),
            metadata={"description": "What to sort by; a minus turns it round."},
        )
    if search:
        parameters["q"] = fields.Text(
            validate=validate.Length(max=200),
            metadata={"description": f"A text to look for in {', '.join(search)}."},
        )
    for name, column in shown_columns(schema).items():
        parameters.update(filters(name, column))
    name = schema.__name__.removesuffix("Schema")
    return QuerySchema.from_dict(parameters, name=f"{name}Query")


def sparse(schema: type[ModelSchema]) -> dict[str, Any]:
    """Return the parameter that chooses fields."""
    names = list(instance(schema).dump_fields)
    return {
        "fields": DelimitedList(
            plain.String(validate=validate.OneOf(names)),
            validate=validate.Length(1, len(names)),
            metadata={"description": "Only these fields."},
        )
    }


def shown_columns(schema: type[ModelSchema]) -> dict[str, Any]:
    """Return the columns that a schema shows, by the names of the fields."""
    mapper = sa.inspect(schema.Meta.model)  # type: ignore[attr-defined]
    shown = {name: one.attribute or name for name, one in instance(schema).dump_fields.items()}
    return {name: mapper.columns[key] for name, key in shown.items() if key in mapper.columns}


def filters(name: str, column: Any) -> Iterable[tuple[str, Any]]:
    """Yield the parameters that filter by a column."""
    kind, options = python_type(column), column_options(column)
    if kind is None or (kind is str and not 0 < (column.type.length or 0) <= LONGEST):
        return
    for default in ("load_default", "required", "dump_only", "allow_none"):
        options.pop(default, None)
    options.setdefault("metadata", {"description": "Exactly this."})

    def one(parameter: str, **more: Any) -> tuple[str, Any]:
        return parameter, field_class(column)(data_key=parameter, **{**options, **more})

    if kind is str and not isinstance(column.type, sa.Enum):
        options["validate"] = [validate.Length(max=column.type.length)]
    yield one(f"{name}[eq]" if name in OWN else name, attribute=f"{name} eq")
    if kind not in (str, bool) and not column.foreign_keys and not column.primary_key:
        for word, text in COMPARED.items():
            more = {"metadata": {"description": text}, "attribute": f"{name} {word}"}
            yield one(f"{name}[{word}]", **more)
    if column.nullable:
        parameter, told = f"{name}[null]", {"description": "Whether there is none."}
        yield (
            parameter,
            fields.Boolean(data_key=parameter, metadata=told, attribute=f"{name} null"),
        )


def page_schema(schema: type[ModelSchema]) -> MarshmallowSchema:
    """Return the schema of a page of a list, for the specification."""
    name = schema.__name__.removesuffix("Schema")
    item = plain.Nested(schema(partial=True))
    page = Schema.from_dict(
        {
            "items": plain.List(item, required=True),
            "next": plain.String(
                required=True,
                allow_none=True,
                metadata={"description": "The cursor of the next page; null on the last."},
            ),
            "count": plain.Integer(metadata={"description": "How many there are, if asked for."}),
        },
        name=f"{name}PageSchema",
    )
    return page()
