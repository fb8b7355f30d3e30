"""The status of jobs."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort
from sqlalchemy import Select, select

from flask_modular import access, current_identity, db, may
from modules.api.services import Blueprint

from .accepting import describe_waiting, represent
from .models import Job
from .schemas import JobSchema

blueprint = Blueprint("tasks_api", __name__)

READ_ALL = access("tasks.read_all")


@blueprint.get("/jobs")
@access("tasks.read")
@blueprint.lists(JobSchema, sort=("created_at",))
def jobs() -> Select[Job]:
    """List one's own jobs."""
    owner = current_identity()
    return select(Job).where(Job.owner == owner, Job.owner != "")


@blueprint.get("/jobs/<uuid:job_id>")
@access.public
@describe_waiting
@blueprint.response(200, JobSchema)
def job(job_id: UUID) -> Response:
    """Show how a job fares: 202 until it is done, then 200, with its result or its error.

    A job is shown to the one who asked for it. Where nobody had to say who they are, its id,
    which cannot be guessed, is enough.
    """
    found = db.session.get(Job, job_id)
    if found is None or not (found.owner in ("", current_identity()) or may(READ_ALL)):
        abort(404)
    return represent(found)
