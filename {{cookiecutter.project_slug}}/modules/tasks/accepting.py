"""`accepted`: a view that starts a job answers 202, and says where the job's status is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, current_app, url_for

from flask_modular import current_registry, db
from modules.api.services import Blueprint, problem

from .models import FAILED, Job
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
MADE = {"Location": {**HEADERS["Location"], "description": "Where what the job made is."}}
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
    """Return a job's status: 202 as long as it pays to come back, then what came of it.

    That is 201 and the way to what the job made, 200 where that has no address, and 500, as a
    problem document, where the job has failed.
    """
    data: dict[str, Any] = JobSchema().dump(job)
    if job.state == FAILED:
        response = problem(500, job.error, job=data)
    else:
        text = current_app.json.dumps(data, sort_keys=False)
        response = Response(text, 200, mimetype="application/json")
    response.cache_control.no_store = True
    if not job.is_done:
        response.status_code = 202
        response.headers["Location"] = url_for(
            current_registry().endpoint("tasks", "_api.job"), job_id=job.id
        )
        response.headers["Retry-After"] = str(RETRY_AFTER)
    elif location := location_of(job):
        response.status_code = 201
        response.headers["Location"] = location
    return response
