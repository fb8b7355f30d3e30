"""Lists: what a select finds, filtered, searched, sorted, and cut into pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response as JSONResponse
from flask import current_app, request
from werkzeug.wrappers import Response

from flask_modular import db

from .keyset import beyond, keys, read_cursor, write_cursor
from .queries import MOST, query_schema, shown_columns
from .schema import ModelSchema, instance

PAGE_SIZE = 50


class Lister:
    """Answer requests for a list of rows.

    :param sort: the fields that it may be sorted by.
    :param search: the fields that `q` is looked for in.
    :param setting: the key in `app.config` of how long a page is.
    """

    def __init__(
        self,
        schema: type[ModelSchema],
        *,
        sort: Sequence[str],
        search: Sequence[str],
        setting: str,
    ) -> None:
        self.schema = schema
        self.model = schema.Meta.model  # type: ignore[attr-defined]
        self.columns = {name: self.attribute(name) for name in shown_columns(schema)}
        self.sort = {name: self.columns[name] for name in sort}
        self.search = [self.columns[name] for name in search]
        self.setting = setting
        mapper = sa.inspect(self.model)
        self.tie = mapper.attrs[mapper.get_property_by_column(mapper.primary_key[0]).key]
        self.tie = getattr(self.model, self.tie.key)
        self.table = str(mapper.local_table.name)
        self.query = query_schema(schema, sort=sort, search=search)

    def attribute(self, field: str) -> Any:
        """Return the model's attribute that a field shows."""
        shown = instance(self.schema).dump_fields[field].attribute or field
        return getattr(self.model, shown)

    def answer(self, found: sa.Select[Any], given: dict[str, Any]) -> Response:
        """Return one page of what a select finds."""
        found = found.where(*self.conditions(given))
        body: dict[str, Any] = {}
        if given.get("count"):
            rows = found.order_by(None).subquery()
            body["count"] = db.session.scalar(sa.select(sa.func.count()).select_from(rows))
        limit = given.get("limit") or current_app.config.get(self.setting, PAGE_SIZE)
        items, links = self.page(found, given, min(limit, MOST))
        shown = instance(self.schema).dump(items, many=True)
        if names := given.get("fields"):
            shown = [{name: one[name] for name in names} for one in shown]
        body = {"items": shown, "next": links.get("next"), **body}
        response = JSONResponse(
            current_app.json.dumps(body, sort_keys=False), mimetype="application/json"
        )
        response.headers.extend(self.links(links))
        return conditional(response)

    def conditions(self, given: Mapping[str, Any]) -> Iterable[Any]:
        """Yield what rows have to fulfil."""
        for parameter, value in given.items():
            name, _, word = parameter.partition(" ")
            column = self.columns.get(name)
            if word == "null":
                yield column.is_(None) if value else column.is_not(None)  # type: ignore[union-attr]
            elif word in ("gte", "lte"):
                yield column >= value if word == "gte" else column <= value
            elif word:
                yield column == value
        if text := given.get("q"):
            yield sa.or_(*(column.icontains(text, autoescape=True) for column in self.search))

    def page(
        self, found: sa.Select[Any], given: Mapping[str, Any], limit: int
    ) -> tuple[list[Any], dict[str, str]]:
        """Return the rows of a page, and the cursors of those beside it."""
        wanted = keys(given.get("sort", ()), self.sort, self.tie)
        cursor, backwards = given.get("cursor"), False
        if cursor:
            values, backwards = read_cursor(self.table, wanted, cursor)
            found = found.where(beyond(wanted, values, backwards))
        order = [one for key in wanted for one in key.order(backwards)]
        found = found.order_by(None).order_by(*order).limit(limit + 1)
        rows = list(db.session.scalars(found).unique())
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        links: dict[str, str] = {"first": ""} if cursor else {}
        if rows and (more or backwards):
            links["next"] = write_cursor(self.table, wanted, rows[-1], False)
        if rows and (more if backwards else cursor):
            links["prev"] = write_cursor(self.table, wanted, rows[0], True)
        return rows, links

    def links(self, cursors: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the headers that lead to other pages (RFC 8288), on the mount that was asked."""
        here = request.script_root + request.path
        kept = [(name, value) for name, value in request.args.items(multi=True)]
        kept = [(name, value) for name, value in kept if name != "cursor"]
        found = []
        for name, cursor in cursors.items():
            query = urlencode([*kept, ("cursor", cursor)] if cursor else kept)
            found.append(("Link", f'<{here}{"?" if query else ""}{query}>; rel="{name}"'))
        return found


def conditional(response: Response, tag: str = "") -> Response:
    """Give a response its ETag; 304 where the client has it already (RFC 9110, section 13)."""
    if tag:
        response.set_etag(tag)
    else:
        response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    if request.method in ("GET", "HEAD"):
        response.make_conditional(request)
        del response.headers["Date"]  # the server says it, and would say it twice
    return response
