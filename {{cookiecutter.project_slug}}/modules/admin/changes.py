"""What is written in the log: each change to a row that has a page, in the transaction it is of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from flask import current_app, g, has_app_context, has_request_context, request
from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from werkzeug.exceptions import HTTPException

from flask_modular import current_identity, db

from .models import CHANGED, CREATED, DELETED, Change, now
from .pages import EXTENSION
from .secrets import is_secret

HIDDEN = "…"
LONGEST = 500


def page_of(model: type) -> Any | None:
    """Return the page of a model whose changes are logged, or None."""
    pages = current_app.extensions.get(EXTENSION) if has_app_context() else None
    view = pages.of(model) if pages else None
    return view if view is not None and view.logged else None


def know_before(model: type) -> None:
    """Have SQLAlchemy load what an attribute was before it is set, where it does not know it."""
    mapper: Any = inspect(model)
    for attribute in mapper.column_attrs:
        target = getattr(model, attribute.key)
        if not event.contains(target, "set", _nothing):
            event.listen(target, "set", _nothing, active_history=True)


def _nothing(*_: Any) -> None:
    pass


@event.listens_for(db.session, "after_flush")
def log_rows(session: Session, _: UOWTransaction) -> None:
    """Write down what a flush has changed, where its rows have pages."""
    found = [
        entry
        for rows, action in (
            (session.new, CREATED),
            (session.dirty, CHANGED),
            (session.deleted, DELETED),
        )
        for row in rows
        if (entry := entry_of(row, action)) is not None
    ]
    if found:
        session.execute(insert(Change), found)


@event.listens_for(db.session, "do_orm_execute")
def log_statement(state: ORMExecuteState) -> None:
    """Write down a statement that changes many rows at once: its text, for it has no rows."""
    if not (state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    if (view := page_of(state.bind_mapper.class_)) is None:
        return
    action = CHANGED if state.is_update else DELETED
    fields = {"SQL": [None, str(state.statement)[: 4 * LONGEST]]}
    state.session.execute(insert(Change), [{**origin(), **named(view, action), "fields": fields}])


def entry_of(row: Any, action: str) -> dict[str, Any] | None:
    """Return the log's entry for a row, or None where nothing is to be said."""
    if (view := page_of(type(row))) is None:
        return None
    fields = dict(differences(row, view, action))
    if action == CHANGED and not set(fields) - set(view.unlogged):
        return None
    key, label = str(view.get_pk_value(row)), str(row)
    if view.personal and action == DELETED:
        fields, label = {}, ""
    about = {**named(view, action), "key": key[:200], "label": label[:200]}
    return {**origin(), **about, "fields": fields}


def differences(row: Any, view: Any, action: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield the fields of a row that have changed, with what they were and are."""
    state = inspect(row)
    shown = {name for name, _ in view._details_columns} | set(view.form_columns or ())
    keys = {state.mapper.get_property_by_column(one).key for one in state.mapper.primary_key}
    attributes = (*state.mapper.column_attrs, *state.mapper.relationships)
    for key in (one.key for one in attributes if one.key not in keys):
        link = state.mapper.relationships.get(key)
        if link is not None and link.secondary is None:
            continue  # its column says it
        history = state.attrs[key].history
        before, after = list(history.deleted or ()), list(history.added or ())
        if action == DELETED:
            before, after = before or list(history.unchanged or ()), []
        elif link is not None and (before or after):
            same = list(history.unchanged or ())
            before, after = same + before, same + after
        if (not before and not after) or before == after:
            continue
        hidden = is_secret(key) or not (key in shown or key in references(view.model))
        values = [plain(one, many=link is not None) for one in (before, after)]
        if values != [None, None]:
            yield key, [value and HIDDEN for value in values] if hidden else values


def references(model: Any) -> set[str]:
    """Return the fields that are foreign keys: pages show the row that they name."""
    columns = inspect(model).column_attrs
    return {one.key for one in columns if getattr(one.columns[0], "foreign_keys", None)}


def plain(values: list[Any], *, many: bool) -> Any:
    """Return a value as it stands in the log: what JSON knows, and no longer than need be."""
    if many:
        return ", ".join(sorted(map(str, values)))[:LONGEST]
    value = values[0] if values else None
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return value if value is None or isinstance(value, bool | int) else str(value)[:LONGEST]


def model_name(view: Any) -> str:
    """Return what the log calls the model of a page, such as `notes.note`."""
    table: str = view.model.__table__.name
    return f"{view.category}.{table.removeprefix(f'{view.category}_')}"


def named(view: Any, action: str) -> dict[str, Any]:
    """Return which model an entry is about, and what was done."""
    return {"model": model_name(view), "action": action, "key": "", "label": ""}


def origin() -> dict[str, Any]:
    """Return who does something, when, and from where."""
    if has_request_context():
        source = request.endpoint or ""
    else:
        context = click.get_current_context(silent=True)
        source = context.command_path if context else ""
    try:
        who = current_identity()
    except HTTPException:  # credentials that are not right
        who = ""
    request_id = str(g.get("request_id", ""))[:128]
    return {"at": now(), "who": who[:200], "source": source[:200], "request_id": request_id}
