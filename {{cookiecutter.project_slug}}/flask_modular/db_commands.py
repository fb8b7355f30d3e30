"""`flask db`: Flask-Migrate's commands, with modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext
from flask_migrate.cli import db as flask_migrate  # type: ignore[import-not-found]
from sqlalchemy.exc import OperationalError

from . import downgrades, migrations, revisions, upgrades
from .database import db
from .errors import MigrationError
from .registry import current_registry


def _command(
    name: str, settings: dict[str, Any] | None = None
) -> Callable[[Callable[..., Any]], click.Command]:
    def decorate(function: Callable[..., Any]) -> click.Command:
        @wraps(function)
        def run(*args: Any, **options: Any) -> None:
            try:
                function(*args, **options)
            except OperationalError as error:
                where = db.engine.url.render_as_string(hide_password=True)
                raise MigrationError(f"The database {where} fails: {error.orig}") from error

        return click.command(name, context_settings=settings)(with_appcontext(run))

    return decorate


@_command("upgrade")
def upgrade() -> None:
    """Apply the pending migrations of all modules, in dependency order."""
    steps = upgrades.upgrade()
    for step in steps:
        click.echo(f"{step.module}: upgraded to {step.revision}.")
    if not steps:
        click.echo("The database is up to date.")


@_command("migrate")
@click.argument("module")
@click.option("-m", "--message", required=True, help="What changes, in a few words.")
def migrate_module(module: str, message: str) -> None:
    """Write a migration for the tables of MODULE from what its models say."""
    manifest = migrations.find_module(module)
    path = revisions.revise(manifest, message)
    if path is None:
        click.echo(f"The models of {module} have not changed.")
        return
    click.echo(f"Wrote {path}. Read it, then run: flask db upgrade")


@_command("downgrade", {"ignore_unknown_options": True})  # such as -1
@click.argument("module")
@click.argument("revision", default="-1")
@click.option("--yes", is_flag=True, help="Do not ask before data is lost.")
def downgrade(module: str, revision: str, yes: bool) -> None:
    """Undo the newest migration of MODULE, or all down to REVISION (`base` for all)."""
    manifest = migrations.find_module(module)
    downgrades.refuse_while_referenced(module)
    rows = {table: count for table, count in downgrades.row_counts(module).items() if count}
    if rows and not yes:
        held = ", ".join(f"{table} ({count} rows)" for table, count in rows.items())
        click.confirm(f"Data may be lost: {held}. Go on?", abort=True)
    downgrades.downgrade(manifest, revision)
    now = ", ".join(sorted(migrations.applied_heads(module))) or "no revision"
    click.echo(f"{module}: now at {now}.")


@_command("current")
def current() -> None:
    """Show at which revision each module stands."""
    found = upgrades.histories(migrations.migrated_modules())
    width = max((len(name) for name in found), default=0)
    for name, history in found.items():
        heads = ", ".join(sorted(migrations.applied_heads(name))) or "(nothing applied)"
        state = f"{len(history.pending)} pending" if history.pending else "up to date"
        click.echo(f"{name:{width}}  {heads}  {state}")
    if not found:
        click.echo("No module has migrations.")


@_command("check")
def check() -> None:
    """Fail when models and migrations differ, or migrations are pending."""
    pending = upgrades.pending()
    findings = [
        f"{name}: {', '.join(revisions)} pending; run `flask db upgrade`."
        for name, revisions in pending.items()
    ]
    for manifest in current_registry().enabled.values():
        if manifest.name in pending:
            continue
        findings += [
            f"{manifest.name}: {line}; run `flask db migrate {manifest.name} -m …`."
            for line in revisions.differences(manifest)
        ]
    for finding in findings:
        click.echo(finding)
    if findings:
        raise MigrationError("Models and database differ.")
    click.echo("Models and migrations agree.")


_ours = {str(ours.name): ours for ours in (upgrade, migrate_module, downgrade, current, check)}
# `init` and `list-templates` would make another migrations/ folder; this project has its own.
_theirs = {
    name: command
    for name, command in flask_migrate.commands.items()
    if name not in {*_ours, "init", "list-templates"}
}
commands: dict[str, click.Command] = {**_theirs, **_ours}


def refuse_without_module(x_arg: tuple[str, ...]) -> None:
    """Refuse Flask-Migrate's own commands where no module is named."""
    name = click.get_current_context().invoked_subcommand
    if name in _theirs and not any(one.startswith("module=") for one in x_arg):
        raise click.UsageError(
            f"Each module has migrations of its own; say which: flask db -x module=NAME {name}"
        )
