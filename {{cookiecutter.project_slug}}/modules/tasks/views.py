"""One's own jobs: what becomes of what one has started."""

from __future__ import annotations

from uuid import UUID

from flask import render_template

from flask_modular import access, current_identity, db
from modules.site.services import page_number

from . import module
from .models import Job
from .reading import STATE_LABELS, find_job, own_jobs, page_of, title_of

PER_PAGE = 20

module.menu("Jobs", ".index", order=800, icon="list-task", visible=lambda: bool(current_identity()))


@module.get("/")
@access("tasks.read")
def index() -> str:
    """List one's own jobs."""
    jobs = db.paginate(
        own_jobs().order_by(Job.created_at.desc(), Job.id),
        page=page_number(),
        per_page=PER_PAGE,
    )
    return show_page("index", jobs=jobs, is_known=bool(current_identity()))


@module.get("/<uuid:job_id>")
@access.public
def show(job_id: UUID) -> str:
    """Show how a job fares, to those to whom its status is shown."""
    return show_page("show", job=find_job(job_id))


def show_page(name: str, **values: object) -> str:
    """Render a page about jobs."""
    labels = {"title_of": title_of, "page_of": page_of, "state_labels": STATE_LABELS}
    return render_template(f"tasks/{name}.html", **labels, **values)
