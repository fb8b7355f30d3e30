"""Problem documents (RFC 9457), also where no module `api` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, request
from werkzeug.exceptions import HTTPException


def problem(
    status: int, detail: str = "", *, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """Return a problem document; members that are empty are left out."""
    title = HTTPStatus(status).phrase
    members = {"detail": detail, **members, "request_id": g.get("request_id")}
    body = {"type": "about:blank", "title": title, "status": status}
    body.update({name: value for name, value in members.items() if value})
    text = current_app.json.dumps(body, sort_keys=False)
    return Response(text, status, headers, mimetype="application/problem+json")


def answer(error: HTTPException) -> Any:
    """Turn an error into a problem document, with the headers that it has."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    response = problem(code, (error.description or "") if code < 500 else "")
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":
            response.headers.add(name, value)
    return response
