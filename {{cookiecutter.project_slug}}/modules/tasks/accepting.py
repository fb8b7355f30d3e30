"""`accepted`: a view that starts a job answers 202, and says where the job's status is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, current_app, url_for

from flask_modular import current_registry, db
from modules.api.services import Blueprint

from .models import Job
from .reading import location_of
from .schemas import JobSchema

P = ParamSpec("P")

# Seconds after which a client may ask again.
RETRY_AFTER = 1
HEADERS = {
    "Location": {
        "description": "Where the job's status is.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "After how many seconds to ask for it.",
        "schema": {"type": "integer"},
    },
}
FOUND = {"Location": {**HEADERS["Location"], "description": "Where what came out is, if anywhere."}}
# Only its decorators are used: they describe an answer, whichever blueprint it is given on.
_describing = Blueprint("tasks_accepted", __name__)
describe_waiting = _describing.response(202, JobSchema, headers=HEADERS)


def accepted(view: Callable[P, Job]) -> Callable[P, Response]:
    """Answer with 202, the job that a view returns, and where its status is.

    The transaction is committed before, so that whoever asks at once finds the job.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        job: Job = current_app.ensure_sync(view)(*args, **kwargs)
        db.session.commit()
        return represent(job)

    described: Callable[P, Response] = describe_waiting(answer)
    return described


def represent(job: Job) -> Response:
    """Return a job's status: 202 as long as it pays to come back, then 200 and where to go on."""
    data: dict[str, Any] = JobSchema().dump(job)
    text = current_app.json.dumps(data, sort_keys=False)
    response = Response(text, 200 if job.is_done else 202, mimetype="application/json")
    response.cache_control.no_store = True
    if not job.is_done:
        mount = current_registry().modules["tasks"].mounts[0].name
        response.headers["Location"] = url_for(f"{mount}_api.job", job_id=job.id)
        response.headers["Retry-After"] = str(RETRY_AFTER)
    elif location := location_of(job):
        response.headers["Location"] = location
    return response
