"""Foreign keys: find the models that they point at, in the module itself and in others."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.model import camel_to_snake_case
from sqlalchemy.orm import Mapper

from ..database import Model
from ..errors import did_you_mean
from ..registry import Registry
from .kinds import KINDS, REFERENCE, FieldError
from .specs import Field, ModelSpec, Target

# The first that fits: BigInteger is an Integer, Enum and Text are Strings, Float is a Numeric.
_TYPES: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (sa.Enum, "enum"),
    (sa.Text, "text"),
    (sa.String, "str"),
    (sa.BigInteger, "bigint"),
    (sa.Integer, "int"),
    (sa.Float, "float"),
    (sa.Numeric, "decimal"),
    (sa.Boolean, "bool"),
    (sa.Date, "date"),
    (sa.DateTime, "datetime"),
    (sa.Time, "time"),
    (sa.Uuid, "uuid"),
    (sa.JSON, "json"),
)


def resolve(registry: Registry, module: str, models: list[ModelSpec]) -> None:
    """Find out about each model that a foreign key points at.

    :raises FieldError: for a module or a model that is not there.
    """
    own = {model.name: model for model in models}
    for one in (one for model in models for one in model.references):
        assert one.target is not None  # noqa: S101 (what makes it a reference)
        if one.target.module in ("", module):
            _describe_own(one.target, own)
        else:
            _describe_foreign(one.target, _find(registry, one.target))


def _describe_own(target: Target, own: dict[str, ModelSpec]) -> None:
    if target.model not in own:
        raise FieldError(
            f'There is no model "{target.model}" among those of this module.'
            + did_you_mean(target.model, own)
        )
    found = own[target.model]
    target.module, target.class_name, target.table = "", found.class_name, found.table
    target.label = found.label.name if found.label else "id"


def _find(registry: Registry, target: Target) -> Mapper[Any]:
    if target.module not in registry.enabled:
        raise FieldError(
            f'There is no module "{target.module}" to refer to in "{target.name}".'
            + did_you_mean(target.module, registry.enabled)
        )
    found = {model_name(mapper): mapper for mapper in _mappers(target.module)}
    if target.model not in found:
        raise FieldError(
            f'The module "{target.module}" has no model "{target.model}"; it has '
            f"{', '.join(sorted(found)) or 'none'}." + did_you_mean(target.model, found)
        )
    return found[target.model]


def _mappers(module: str) -> Iterator[Mapper[Any]]:
    for mapper in Model.registry.mappers:
        if mapper.class_.__module__ == f"modules.{module}.models":
            yield mapper


def model_name(mapper: Mapper[Any]) -> str:
    """Return the name of a mapped class as `--model` says it."""
    return camel_to_snake_case(mapper.class_.__name__)


def _describe_foreign(target: Target, mapper: Mapper[Any]) -> None:
    if len(mapper.primary_key) != 1:
        raise FieldError(f'"{target.name}" has a key of several columns; refer to another model.')
    [key] = mapper.primary_key
    target.class_name = mapper.class_.__name__
    target.table = str(mapper.local_table.name)  # type: ignore[attr-defined]
    target.key = target.label = str(mapper.get_property_by_column(key).key)
    target.annotation = KINDS[_kind(key)].annotation
    if target.annotation not in {"int", "str", "UUID"}:
        raise FieldError(f'"{target.name}" has a key of an unusual type; refer to another model.')


def _kind(column: sa.ColumnElement[Any]) -> str:
    kind = column.type
    if isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    return next((name for type_, name in _TYPES if isinstance(kind, type_)), "str")


def in_order(models: list[ModelSpec]) -> list[ModelSpec]:
    """Sort models so that each comes after those that it refers to.

    :raises FieldError: for a cycle.
    """
    named = {model.name: model for model in models}
    graph = {
        model.name: {
            one.target.model
            for one in model.references
            if one.target and not one.target.module and one.target.model != model.name
        }
        for model in models
    }
    try:
        return [named[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        cycle = " → ".join(reversed(error.args[1]))
        raise FieldError(
            f"Models refer to each other in a cycle: {cycle}; leave one of these references out."
        ) from None


def foreign_models(models: list[ModelSpec]) -> list[tuple[str, ModelSpec]]:
    """Describe what a test must make of other modules' models, in the order of making.

    :returns: pairs of a module and a model that has nothing but the fields it cannot do without.
    """
    found: dict[str, tuple[str, ModelSpec]] = {}
    for one in (one for model in models for one in model.references):
        if one.target and one.target.module and not one.optional:
            _collect(one.target, found)
    return list(found.values())


def _collect(target: Target, found: dict[str, tuple[str, ModelSpec]]) -> None:
    if target.name in found:
        return
    [mapper] = [one for one in _mappers(target.module) if model_name(one) == target.model]
    fields = list(_needed(mapper))
    for one in fields:
        if one.target:
            _collect(one.target, found)
    found[target.name] = (target.module, ModelSpec(target.model, fields, target.table))


def _needed(mapper: Mapper[Any]) -> Iterator[Field]:
    """Yield the columns that a row cannot do without."""
    for column in mapper.columns:
        given = column.nullable or column.default or column.server_default
        if given or column is mapper.local_table.autoincrement_column:  # type: ignore[attr-defined]
            continue
        name = str(mapper.get_property_by_column(column).key)
        for key in column.foreign_keys:
            owners = [one for one in Model.registry.mappers if one.local_table is key.column.table]
            module = owners[0].class_.__module__.split(".")[1]
            target = Target(model_name(owners[0]), module)
            _describe_foreign(target, owners[0])
            yield Field(name, REFERENCE, target=target, attribute=name)
            break
        else:
            yield _field(name, column)


def _field(name: str, column: sa.Column[Any]) -> Field:
    kind = KINDS[_kind(column)]
    one = Field(name, kind, length=getattr(column.type, "length", None) or 200)
    one.precision = getattr(column.type, "precision", None) or 10
    one.scale = getattr(column.type, "scale", None) or 2
    one.choices = tuple(getattr(column.type, "enums", ()))
    return one
