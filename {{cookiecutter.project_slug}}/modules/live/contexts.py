"""The context that an event is handled in: as if the client had sent a request."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from flask import Flask, abort, current_app
from werkzeug.exceptions import HTTPException

from flask_modular import Permission, current_registry


@contextmanager
def context_of(app: Flask, environ: Mapping[str, Any], sid: str) -> Iterator[None]:
    """Open the context of a request as the client sent it when it connected.

    It is a new one for each event: nothing that was found out for the last one is believed, so a
    session or a token that has ended counts no more.
    """
    # Text only: what is not belongs to the server, or was made for the request that connected.
    sent = {key: value for key, value in environ.items() if isinstance(value, str)}
    request = {
        **{key: value for key, value in sent.items() if not key.startswith("CONTENT_")},
        "REQUEST_METHOD": "GET",
        "wsgi.version": (1, 0),
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "live.sid": sid,
    }
    with app.app_context(), app.request_context(request):
        yield


def prepare() -> None:
    """Do what is done before each request, such as finding out which tenant it is for."""
    refuse(current_app.preprocess_request())


def ask(permission: Permission | None) -> None:
    """Ask the policies; what declares nothing is refused.

    :raises HTTPException: the refusal.
    """
    if permission is None:
        abort(403, "This event declares no access.")
    if guard := current_registry().guard:
        refuse(guard.ask(permission))


def refuse(answer: Any) -> None:
    """Turn an answer, which was meant for a request, into the error that it stands for."""
    if answer is not None:
        raise HTTPException(response=current_app.make_response(answer))


def told(error: HTTPException) -> dict[str, Any]:
    """Return what a client is told of an error."""
    response = error.get_response()
    own = error.description is not None and error.response is None
    return {"status": response.status_code, "detail": error.description if own else response.status}
