"""`flask module remove`: undo `flask module new`, or take any module of the project out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from .. import downgrades, migrations
from ..database import db
from ..errors import MigrationError, RequirementError
from ..registry import Registry, current_registry
from . import settings_file
from .survey import Found, Survey, survey
from .switch import reload_server


@dataclass
class Plan:
    """What goes when a module goes.

    :param rows: how many each table has; empty where the tables stay.
    :param versioned: whether the database has a version table of the module.
    """

    found: Found
    files: int
    rows: dict[str, int]
    versioned: bool
    has_section: bool
    used_by: list[str]
    keep_data: bool

    def lines(self, root: Path) -> Iterator[str]:
        """Yield the plan, for people."""
        yield f'Removing "{self.found.name}" takes away:'
        files = f"{self.files} file{'s' if self.files != 1 else ''}"
        yield f"  folder   {self.found.folder.relative_to(root).as_posix()} ({files})"
        for table, count in self.rows.items():
            yield f"  table    {table} ({count} row{'s' if count != 1 else ''})"
        if self.keep_data:
            yield "  tables   none, they stay as --keep-data says"
        if self.has_section:
            yield f"  section  [{self.found.name}] in modules.toml"
        yield f"Used by {', '.join(self.used_by) or 'no other module'}."


def run(name: str, *, keep_data: bool, yes: bool) -> None:
    """Remove a module, after showing what goes with it.

    :raises ModularError: while something needs the module; then nothing is removed.
    """
    plan = make_plan(survey(), name, keep_data=keep_data)
    registry = current_registry()
    click.echo("\n".join(plan.lines(registry.root)))
    if not yes:
        click.confirm("Go on?", abort=True)
    execute(registry, plan)
    click.echo(f'Removed "{name}".')


def make_plan(survey: Survey, name: str, *, keep_data: bool) -> Plan:
    """Find out what goes with a module.

    :raises ModularError: for a module that must stay.
    """
    found = survey[name]
    refuse(survey, found)
    rows, versioned = ({}, False) if keep_data else data(found)
    return Plan(
        found=found,
        files=sum(path.is_file() for path in found.folder.rglob("*") if path.suffix != ".pyc"),
        rows=rows,
        versioned=versioned,
        has_section=name in survey.settings,
        used_by=sorted(
            other for other, one in survey.enabled.items() if name in {*one.uses, *one.requires}
        ),
        keep_data=keep_data,
    )


def refuse(survey: Survey, found: Found) -> None:
    """Refuse to remove what is installed, and what others require.

    :raises RequirementError: naming them.
    """
    if not found.local:
        raise RequirementError(
            f'"{found.name}" is installed: uninstall it with pip, or switch it off with '
            f"`flask module disable {found.name}`."
        )
    dependents = survey.dependents(found.name)
    if dependents:
        raise RequirementError(
            f'"{found.name}" is required by {", ".join(dependents)}; remove or disable '
            f"{'it' if len(dependents) == 1 else 'them'} first."
        )


def data(found: Found) -> tuple[dict[str, int], bool]:
    """Return the rows of each table of a module, and whether it has a version table.

    :raises MigrationError: while tables of others refer to them.
    """
    try:
        versioned = inspect(db.engine).has_table(migrations.version_table(found.name))
        if not versioned:
            return {}, False  # whatever has its prefix was not made by its migrations
        downgrades.refuse_while_referenced(found.name)
        return downgrades.row_counts(found.name), True
    except SQLAlchemyError as error:
        raise MigrationError(
            f"The database cannot be asked for the tables: {error}\n--keep-data leaves them alone."
        ) from error


def execute(registry: Registry, plan: Plan) -> None:
    """Drop the tables, then the section of modules.toml, then the folder."""
    name, folder = plan.found.name, plan.found.folder
    if plan.versioned:
        drop_tables(plan)
    if plan.has_section:
        path = registry.settings_file
        text = path.read_bytes().decode("utf-8")
        settings_file.write(path, settings_file.without_section(text, name))
    shutil.rmtree(folder)
    reload_server(registry)


def drop_tables(plan: Plan) -> None:
    """Undo every migration of a module, and drop its version table.

    :raises MigrationError: when a migration cannot be undone.
    """
    manifest = plan.found.manifest
    try:
        if migrations.applied_heads(manifest.name):
            downgrades.downgrade(manifest, "base")
        else:
            downgrades.drop_version_table(manifest.name)
    except MigrationError as error:
        hint = "Mend it, or leave the tables in the database with --keep-data."
        raise type(error)(f"{error.message}\n{hint}") from error.__cause__
