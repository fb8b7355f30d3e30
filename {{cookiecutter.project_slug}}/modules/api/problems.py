"""Problem documents: every error as RFC 9457 has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, request
from marshmallow import fields
from werkzeug.exceptions import HTTPException

from flask_modular.registry import registry_of

from .schema import Schema

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 100
PREFIXES = "api.prefixes"
DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method; the header Allow names those that it takes.",
    413: "What was sent is larger than this API accepts.",
    415: "Send JSON, and say so: Content-Type: application/json.",
    422: "Some of what was sent cannot be used.",
    429: "There were too many requests in a short time; the header Retry-After says when to go on.",
    500: "The fault is on this side, and was recorded. Quote the request id when you ask about it.",
}


class ErrorSchema(Schema):
    """One thing that is wrong, and where: in the body, a parameter or a header."""

    detail = fields.String(required=True, metadata={"description": "What is wrong."})
    pointer = fields.String(
        metadata={"description": "Where in the body, as a JSON pointer.", "example": "#/price"}
    )
    parameter = fields.String(metadata={"description": "Which parameter of the URL."})
    header = fields.String(metadata={"description": "Which header."})


class ProblemSchema(Schema):
    """An error as RFC 9457 has it."""

    type = fields.String(required=True, metadata={"example": "about:blank"})
    title = fields.String(required=True, metadata={"example": "Not Found"})
    status = fields.Integer(required=True, metadata={"example": 404})
    detail = fields.String(metadata={"description": "What happened, for people."})
    errors = fields.List(
        fields.Nested(ErrorSchema), metadata={"description": "Each thing that is wrong."}
    )
    request_id = fields.String(metadata={"description": "What to quote when asking about it."})


def problem(
    status: int,
    detail: str = "",
    *,
    title: str = "",
    type: str = "about:blank",
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """Return a problem document; `flask.abort` takes it.

    :param detail: what happened, for people.
    :param members: further members, such as `errors`.
    """
    body = {"type": type, "title": title or _phrase(status), "status": status}
    body |= {"detail": detail} if detail else {}
    body |= {key: value for key, value in members.items() if value not in (None, [], "")}
    if request_id := g.get("request_id"):
        body["request_id"] = request_id
    text = current_app.json.dumps(body, sort_keys=False)
    return Response(text, status, headers, mimetype=MEDIA_TYPE)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def answer(error: HTTPException) -> Response | HTTPException:
    """Turn an error into a problem document, with the headers that it has."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    data: dict[str, Any] = getattr(error, "data", None) or {}
    errors = [*_errors(data.get("messages") or data.get("errors") or {})][:MOST_ERRORS]
    response = problem(code, data.get("message") or _detail(error, code), errors=errors)
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":
            response.headers.add(name, value)
    response.headers.extend(data.get("headers") or {})
    return response


def _detail(error: HTTPException, code: int) -> str:
    # What a view said itself, as in abort(404, "No such product."), unless it is a fault of ours.
    if code < 500 and error.description and error.description != type(error).description:
        return error.description
    return DETAILS.get(code, "")


def _errors(messages: Any) -> Iterator[dict[str, str]]:
    """Yield the errors that webargs found, by where they are: json, query, headers, …"""
    if not isinstance(messages, Mapping):
        return
    for location, found in messages.items():
        for path, detail in _leaves(found, ()):
            yield {"detail": detail, **_place(location, path)}


def _leaves(found: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(found, Mapping):
        for key, value in found.items():
            inner = path if key == "_schema" else (*path, str(key))
            yield from _leaves(value, inner)
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _leaves(one, path)
    else:
        yield path, str(found)


def _place(location: str, path: tuple[str, ...]) -> dict[str, str]:
    if location in ("query", "querystring", "path", "view_args"):
        return {"parameter": path[0]} if path else {}
    if location in ("headers", "cookies"):
        return {"header": path[0]} if path else {}
    steps = [step.replace("~", "~0").replace("/", "~1") for step in path]
    return {"pointer": "#" + "".join(f"/{step}" for step in steps)}


def prefixes(app: Flask) -> tuple[str, ...]:
    """Return where the API is: the modules' endpoints, and the documentation."""
    own = registry_of(app).modules["api"]
    mounts = [mount.url_prefix or own.module.url_prefix or "" for mount in own.mounts]
    return tuple(sorted({one.rstrip("/") for one in (app.config["API_PREFIX"], *mounts)}))


def is_api(path: str) -> bool:
    """Tell whether a path belongs to the API, and not to pages."""
    known: tuple[str, ...] | None = current_app.extensions.get(PREFIXES)
    if known is None:
        known = current_app.extensions[PREFIXES] = prefixes(current_app)
    return any(path.startswith(one) and path[len(one) :][:1] in ("", "/") for one in known)


def take_errors(app: Flask) -> None:
    """Answer errors with problem documents: all of them, or those of the API where pages are."""
    pages = app.error_handler_spec[None][None].get(HTTPException)

    def handle(error: HTTPException) -> Any:
        if pages is None or is_api(request.path):
            return answer(error)
        return app.ensure_sync(pages)(error)

    app.register_error_handler(HTTPException, handle)
