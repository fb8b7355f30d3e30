"""`Idempotency-Key`: a POST that is sent twice is carried out once.

Who sends a request again, because no answer came through, gets the answer to the first one, byte
for byte. An answer that must not be kept (`Cache-Control: no-store`, a cookie), and one that says
to try again later, is not: then the request is carried out again.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from flask import Flask, Response, abort, current_app, g, request
from sqlalchemy.exc import IntegrityError

from flask_modular import current_identity, db

from .models import IdempotentRequest
from .problems import is_api, problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "ETag", "Link", "Location")
NOT_KEPT = {401, 403, 408, 413, 425, 429}
# After this long, a request that has no answer was interrupted, and may be carried out again.
LONGEST_RUN = timedelta(minutes=5)
_is_key = re.compile(r"[!-~]{1,255}").fullmatch


def keep_answers(app: Flask) -> None:
    """Look for a key before each request, and keep the answer after it."""
    app.before_request(replay)
    app.after_request(keep)
    app.teardown_request(forget)


def replay() -> Response | None:
    """Return what was answered to this request before, or None for a new one."""
    if request.method != "POST" or HEADER not in request.headers or not is_api(request.path):
        return None
    if request.endpoint is None:
        return None
    key = request.headers[HEADER]
    if not _is_key(key):
        errors = [{"detail": "Write 1 to 255 visible ASCII characters.", "header": HEADER}]
        abort(problem(400, f"The {HEADER} cannot be used.", errors=errors))
    scope = _digest(current_identity(), request.path, key)
    body = _digest(request.mimetype, request.query_string.decode("latin-1"), request.get_data())
    if _begin(scope, body):
        g.api_idempotent = scope
        return None
    return _answer(scope, body)


def _digest(*parts: str | bytes) -> str:
    found = sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(f"{len(data)}:".encode() + data)
    return found.hexdigest()


def _begin(scope: str, body: str) -> bool:
    """Note that a request is carried out; False where another is, or was, with this key."""
    now = datetime.now(UTC)
    db.session.execute(sa.delete(IdempotentRequest).where(IdempotentRequest.expires_at <= now))
    until = now + LONGEST_RUN
    try:
        row = {"scope": scope, "body": body, "expires_at": until}
        db.session.execute(sa.insert(IdempotentRequest).values(row))
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    return True


def _answer(scope: str, body: str) -> Response:
    found = db.session.scalar(sa.select(IdempotentRequest).filter_by(scope=scope))
    if found is not None and found.body != body:
        errors = [{"detail": "This key came with another request.", "header": HEADER}]
        abort(problem(422, "Choose a new key for a new request.", errors=errors))
    if found is None or found.status is None:
        detail = "The first request with this key is still being carried out."
        abort(problem(409, detail, headers={"Retry-After": "1"}))
    response = Response(found.answer, found.status)
    response.headers.update(found.headers)
    response.headers[REPLAYED] = "true"
    return response


def keep(response: Response) -> Response:
    """Keep the answer to a request that has a key, or forget the request."""
    scope = g.pop("api_idempotent", None)
    if scope is None:
        return response
    db.session.rollback()  # what a view has left undone, as the end of the request would
    mine = IdempotentRequest.scope == scope
    if _is_kept(response):
        hours = timedelta(hours=current_app.config["API_IDEMPOTENCY_HOURS"])
        values = {
            "status": response.status_code,
            "headers": {
                name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
            },
            "answer": response.get_data(),
            "expires_at": datetime.now(UTC) + hours,
        }
        db.session.execute(sa.update(IdempotentRequest).where(mine).values(values))
    else:
        db.session.execute(sa.delete(IdempotentRequest).where(mine))
    db.session.commit()
    return response


def forget(_: BaseException | None) -> None:
    """Forget a request that ended without an answer, as those do that a debugger shows."""
    if scope := g.pop("api_idempotent", None):
        db.session.rollback()
        db.session.execute(sa.delete(IdempotentRequest).filter_by(scope=scope))
        db.session.commit()


def _is_kept(response: Response) -> bool:
    secret = response.cache_control.no_store or "Set-Cookie" in response.headers
    later = response.status_code >= 500 or response.status_code in NOT_KEPT
    # What `abort(problem(…))` has answered looks like a stream, but its length is known.
    endless = response.is_streamed and response.content_length is None
    return not (secret or later or endless or response.direct_passthrough)
