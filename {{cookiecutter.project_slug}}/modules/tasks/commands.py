"""`flask tasks`: the worker, and what an operator wants to know and do."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import click
from flask import current_app
from sqlalchemy import select

from flask_modular import ModularError, db
from flask_modular.json import loads
from flask_modular.texts import counted

from . import module, queue
from .events import MOST_DAYS
from .models import STATES, Job, now
from .outbox import announce
from .registry import jobs_of


@module.cli.command("worker", context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def worker(options: tuple[str, ...]) -> None:
    """Run jobs until told to stop; OPTIONS are those of `celery worker`."""
    from . import standalone

    if current_app.config["TASKS_BROKER_URL"]:
        standalone.run_celery(list(options))
    elif options:
        raise ModularError(f"Without a broker the worker takes no options, such as {options[0]}.")
    else:
        standalone.run_embedded()


@module.cli.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only jobs in this state.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, help="How many at most; 20 unless given."
)
def list_jobs(state: str | None, limit: int) -> None:
    """List the latest jobs, the newest first."""
    query = select(Job).order_by(Job.created_at.desc(), Job.id).limit(limit)
    found = db.session.scalars(query.where(Job.state == state) if state else query).all()
    if not found:
        click.echo("There are no jobs.")
        return
    width = max(len(job.name) for job in found)
    for job in found:
        moment = job.created_at.strftime("%Y-%m-%d %H:%M:%S")
        line = f"{job.id}  {moment}  {job.name:<{width}}  {job.state:<9}  {job.owner}  {job.error}"
        click.echo(line.rstrip())


@module.cli.command("enqueue")
@click.argument("name")
@click.argument("arguments", nargs=-1)
def enqueue(name: str, arguments: tuple[str, ...]) -> None:
    """Queue the job called NAME; each argument is JSON, or else a text."""
    job = jobs_of(current_app).get(name).enqueue(*map(_value, arguments))
    db.session.commit()
    click.echo(job.id)


def _value(text: str) -> object:
    try:
        return loads(text)
    except ValueError:
        return text


@module.cli.command("retry")
@click.argument("job_id", type=click.UUID)
def retry(job_id: UUID) -> None:
    """Queue a failed job again."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise ModularError(f'There is no job "{job_id}"; flask tasks list shows the latest.')
    if not queue.retry(job_id):
        raise ModularError(f'The job "{job_id}" is {job.state}; only a failed one can be retried.')
    announce([(job_id, job.name)])
    click.echo(f"Queued {job.name} again.")


@module.cli.command("prune")
@click.option(
    "--older-than-days", type=click.IntRange(0, MOST_DAYS), help="`keep_days` unless given."
)
def prune(older_than_days: int | None) -> None:
    """Delete jobs that ended long ago."""
    days = current_app.config["TASKS_KEEP_DAYS"] if older_than_days is None else older_than_days
    click.echo(f"Deleted {counted(queue.prune(now() - timedelta(days=days)), 'job')}.")
