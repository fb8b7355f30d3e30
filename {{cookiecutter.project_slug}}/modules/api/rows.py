"""Rows: find, store and remove them, and refuse what others were faster at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any, NoReturn, TypeVar

import sqlalchemy as sa
from flask import abort, current_app, request
from marshmallow import Schema
from sqlalchemy.exc import CircularDependencyError, DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from flask_modular import Model, db
from flask_modular.access import UNSAFE_METHODS

from .problems import problem
from .schema import instance

M = TypeVar("M", bound=Model)
CONFLICT = "This is at odds with what is stored."


def find(rows: type[M] | sa.Select[M], key: Any, schema: type[Schema]) -> M:
    """Return a row by its primary key; 404 where there is none.

    A request that changes the row and says `If-Match` or `If-None-Match` gets it locked, so that
    nobody changes it between the comparison and the change; 412 where it is another than meant.

    :param rows: a model, or a select that says which of its rows there are for this client.
    :param schema: what the client saw of it, of which the ETag is made.
    """
    if isinstance(rows, sa.Select):
        model = rows.column_descriptions[0]["entity"]
        found = rows.where(_is_key(model))
    else:
        model, found = rows, _by_key(rows)
    headers = request.headers
    conditional = "If-Match" in headers or "If-None-Match" in headers
    locked = conditional and request.method in UNSAFE_METHODS
    if locked:
        found = _locked(found, model)
    row: M | None = db.session.scalar(found, {"find_key": key})
    if row is None:
        abort(404)
    if locked:
        _compare(etag(instance(schema).dump(row)))
    return row


def _is_key(model: type[M]) -> sa.ColumnElement[bool]:
    return sa.inspect(model).primary_key[0] == sa.bindparam("find_key")


@cache
def _by_key(model: type[M]) -> sa.Select[M]:
    return sa.select(model).where(_is_key(model))


def _locked(found: sa.Select[M], model: type[M]) -> sa.Select[M]:
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":  # it has no locks on rows: the whole file it is
        if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        return found.execution_options(populate_existing=True)
    return found.with_for_update(of=model).execution_options(populate_existing=True)


def etag(data: Any) -> str:
    """Return the tag of what a schema made of a row."""
    text = current_app.json.dumps(data, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]


def _compare(tag: str) -> None:
    """Refuse the request if the row is another than it means (RFC 9110, section 13.1)."""
    if "If-Match" in request.headers and not request.if_match.contains(tag):
        abort(problem(412, "It was changed by somebody else in the meantime; read it again."))
    if request.if_none_match.contains_weak(tag):
        abort(problem(412, "It is there already."))


def store(row: M, values: Mapping[str, Any] | None = None) -> M:
    """Change a row, if there are values, and commit; 409 where the database refuses it.

    :param values: by attribute; others stay as they are.
    """
    for name, value in (values or {}).items():
        setattr(row, name, value)
    db.session.add(row)
    mapper = sa.inspect(type(row))
    identity = sa.inspect(row).identity
    given = {column.key: getattr(row, key) for key, column in mapper.columns.items()}
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        _refuse([*_conflicts(mapper, given, identity)])
    except DataError:  # such as a text that is too long for its column, and no schema said so
        db.session.rollback()
        abort(problem(422, "The database cannot hold one of these values."))
    except StaleDataError:
        db.session.rollback()
        abort(404)
    return row


def remove(row: Model) -> None:
    """Delete a row and commit; 409 where others refer to it."""
    db.session.delete(row)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        abort(problem(409, "It cannot be deleted: others refer to it."))
    except CircularDependencyError:
        db.session.rollback()
        abort(problem(409, "It cannot be deleted: it refers to itself."))


def _refuse(errors: list[dict[str, str]]) -> NoReturn:
    abort(problem(409, CONFLICT, errors=errors))


def _conflicts(mapper: Any, given: Mapping[str, Any], identity: Any) -> Iterator[dict[str, str]]:
    """Yield what is wrong: asked only after the database refused, so that nobody can slip in."""
    table = mapper.local_table
    for columns in _unique(table):
        same = [column == given[column.key] for column in columns]
        others = sa.select(*table.primary_key.columns).where(*same)
        if any(tuple(found) != tuple(identity or ()) for found in db.session.execute(others)):
            for column in columns:
                yield _error(mapper, column, "Another has this already.")
    for column in table.columns:
        for key in column.foreign_keys:
            value = given[column.key]
            rows = sa.select(key.column).where(key.column == value)
            if value is not None and db.session.scalar(rows) is None:
                yield _error(mapper, column, "There is none of that id.")


def _unique(table: sa.Table) -> Iterator[list[sa.Column[Any]]]:
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            yield [*constraint.columns]
    for index in table.indexes:
        if index.unique:
            yield [column for column in index.columns if column.table is table]


def _error(mapper: Any, column: sa.Column[Any], detail: str) -> dict[str, str]:
    return {"detail": detail, "pointer": f"#/{mapper.get_property_by_column(column).key}"}
