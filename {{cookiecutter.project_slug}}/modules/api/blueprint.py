"""`Blueprint`: flask-smorest's, with decorators for what a REST resource does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import flask_smorest
from flask import Response as JSONResponse
from flask import current_app, url_for
from marshmallow import RAISE
from werkzeug.wrappers import Response

from .listing import Lister, conditional
from .parser import Parser
from .queries import QuerySchema, page_schema, sparse
from .rows import etag
from .schema import ModelSchema, instance

View = Callable[..., Any]
Decorator = Callable[[View], View]

ETAG = {"description": "Changes with the content.", "schema": {"type": "string"}}
LINK = {"description": "Leads to other pages: first, prev, next.", "schema": {"type": "string"}}
LOCATION = {"description": "Where it is.", "schema": {"type": "string", "format": "uri-reference"}}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "description": "An ETag: 304 if it is still that one.",
    "schema": {"type": "string"},
}
IF_MATCH = {
    "name": "If-Match",
    "description": "An ETag: 412, and nothing is changed, if it is no longer that one.",
}


class Blueprint(flask_smorest.Blueprint):
    """A blueprint whose endpoints the specification describes; call it `<module>_api`."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks.append(_describe)

    def lists(
        self, schema: type[ModelSchema], *, sort: Sequence[str] = (), search: Sequence[str] = ()
    ) -> Decorator:
        """Answer with a page of the rows that the view selects.

        Clients filter by the columns that the schema shows, choose fields, and page on with
        cursors. A page is as long as the module's setting `page_size` says, or 50.

        :param sort: the fields that clients may sort by; think of indexes.
        :param search: the fields that the parameter `q` is looked for in.
        """
        setting = f"{self.name.removesuffix('_api')}_page_size".upper()
        lister = Lister(schema, sort=sort, search=search, setting=setting)

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*args: Any, **values: Any) -> Response:
                *rest, given = args
                return lister.answer(current_app.ensure_sync(view)(*rest, **values), given)

            headers = {"ETag": ETAG, "Link": LINK}
            documented = self._response(200, page_schema(schema), headers)(answer)
            return self._query(lister.query)(_noted(documented, reads=True))

        return decorate

    def shows(self, schema: type[ModelSchema]) -> Decorator:
        """Answer with the row that the view returns, and its ETag."""

        class ItemQuery(QuerySchema):
            locals().update(sparse(schema))

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*args: Any, **values: Any) -> Response:
                *rest, given = args
                row = current_app.ensure_sync(view)(*rest, **values)
                return _item(schema, row, given.get("fields"))

            shown = schema(partial=True)
            documented = self._response(200, shown, {"ETag": ETAG})(answer)
            return self._query(ItemQuery)(_noted(documented, reads=True))

        return decorate

    def creates(self, schema: type[ModelSchema], endpoint: str, **arguments: str) -> Decorator:
        """Answer 201 with the row that the view returns, and where it is.

        :param endpoint: the one that shows a row, such as `.product`.
        :param arguments: its arguments, each with the attribute of the row: `product_id="id"`.
        """

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*args: Any, **values: Any) -> Response:
                row = current_app.ensure_sync(view)(*args, **values)
                response = _item(schema, row)
                response.status_code = 201
                chosen = {name: getattr(row, key) for name, key in arguments.items()}
                response.headers["Location"] = url_for(endpoint, **chosen)
                return response

            headers = {"ETag": ETAG, "Location": LOCATION}
            noted = _noted(answer, conflicts=True)
            return self._response(201, schema, headers)(noted)

        return decorate

    def changes(self, schema: type[ModelSchema]) -> Decorator:
        """Answer with the row as the view has left it, and its ETag."""

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*args: Any, **values: Any) -> Response:
                return _item(schema, current_app.ensure_sync(view)(*args, **values))

            noted = _noted(answer, matches=True, conflicts=True)
            return self._response(200, schema, {"ETag": ETAG})(noted)

        return decorate

    def deletes(self) -> Decorator:
        """Answer 204."""

        def decorate(view: View) -> View:
            @wraps(view)
            def answer(*args: Any, **values: Any) -> Response:
                current_app.ensure_sync(view)(*args, **values)
                response = Response(status=204)
                del response.headers["Content-Type"]  # of nothing
                return response

            return self._response(204)(_noted(answer, matches=True, conflicts=True))

        return decorate

    def _response(self, status: int, schema: Any = None, headers: Any = None) -> Decorator:
        decorate: Decorator = self.response(status, schema, headers=headers)
        return decorate

    def _query(self, schema: Any) -> Decorator:
        # An instance: of a class, one would be made for each request.
        decorate: Decorator = self.arguments(schema(), location="query", unknown=RAISE)
        return decorate


def _item(schema: type[ModelSchema], row: Any, names: Sequence[str] | None = None) -> Response:
    data: dict[str, Any] = instance(schema).dump(row)
    tag = etag(data)  # of the whole row, so that it may be sent back with a change
    shown = {name: data[name] for name in names} if names else data
    text = current_app.json.dumps(shown, sort_keys=False)
    return conditional(JSONResponse(text, mimetype="application/json"), tag)


def _noted(view: View, **facts: bool) -> View:
    view._apidoc = {**getattr(view, "_apidoc", {}), "facts": facts}  # type: ignore[attr-defined]
    return view


def _describe(doc: dict[str, Any], info: dict[str, Any], *, spec: Any, **_: Any) -> dict[str, Any]:
    """Put into the specification what the decorators above have noted."""
    facts = info.get("facts", {})
    responses = doc.setdefault("responses", {})
    if facts.get("reads"):
        doc.setdefault("parameters", []).append(IF_NONE_MATCH)
        responses[304] = {"description": "Not Modified"}
    if facts.get("matches"):
        doc["x-headers"] = [IF_MATCH]
        responses[412] = "PRECONDITION_FAILED"
    if facts.get("conflicts"):
        responses[409] = "CONFLICT"
    return doc
