"""The status of jobs."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from sqlalchemy import Select

from flask_modular import access
from modules.api.services import Blueprint

from .accepting import MADE, describe_waiting, represent
from .models import Job
from .reading import find_job, own_jobs
from .schemas import JobSchema

blueprint = Blueprint("tasks_api", __name__)


@blueprint.get("/jobs")
@access("tasks.read")
@blueprint.lists(JobSchema, sort=("created_at",))
def jobs() -> Select[Job]:
    """List one's own jobs."""
    return own_jobs()


@blueprint.get("/jobs/<uuid:job_id>")
@access.public
@describe_waiting
@blueprint.alt_response(201, schema=JobSchema, headers=MADE)
@blueprint.alt_response(500, "INTERNAL_SERVER_ERROR")
@blueprint.response(200, JobSchema)
def job(job_id: UUID) -> Response:
    """Show how a job fares: 202 until it is done, then its result, or 500 and why it failed.

    It is 201 where the result has an address, which is in `Location`. A job is shown to the one who
    asked for it. Where nobody had to say who they are, its id, which cannot be guessed, is enough.
    """
    return represent(find_job(job_id))
