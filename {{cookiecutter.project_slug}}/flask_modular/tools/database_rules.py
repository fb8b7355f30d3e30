"""The rules on models and migrations; the last ones ask the database."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapper

from ..database import Model, db
from ..errors import MigrationError
from ..ownership import owner
from ..revisions import differences
from ..upgrades import pending
from . import facts
from .findings import Finding
from .survey import Survey


def check_tables(project: Survey) -> Iterator[Finding]:
    """Report tables that carry the name of no module: no migration would ever make them."""
    mappers = {mapper.local_table: mapper for mapper in Model.registry.mappers}
    for table in db.metadata.sorted_tables:
        if owner(table.name, project.modules) is None:
            yield _unowned(table, mappers.get(table))


def _unowned(table: Table, mapper: Mapper[Any] | None) -> Finding:
    message = f'The table "{table.name}" belongs to no module by its name.'
    hint = "Call it <module>_…: migrations go by this prefix."
    if mapper is None:
        return Finding("M104", message, hint)
    model, module = mapper.class_, facts.module_of(mapper.class_.__module__)
    line = inspect.getsourcelines(model)[1]
    return Finding("M104", message, hint, module, Path(inspect.getfile(model)), line)


def check_migrations(project: Survey) -> Iterator[Finding]:
    """Report models without migrations, migrations to apply, and models that have changed."""
    owners = {owner(table, project.modules) for table in db.metadata.tables}
    unmigrated = set()
    for name, manifest in project.enabled.items():
        if name in owners and not any((manifest.folder / "migrations").glob("*.py")):
            unmigrated.add(name)
            message = f'"{name}" has models and no migrations.'
            hint = f'Write the first one: flask db migrate {name} -m "First tables"'
            yield Finding("M503", message, hint, name, manifest.folder / "models.py")
    if any(found.errors for found in project.modules.values() if found.enabled):
        return  # a revision cannot be read, which is said elsewhere
    try:
        yield from _ask_database(project, unmigrated)
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        message = f"The database cannot be asked about migrations: {reason}"
        yield Finding("M505", message, "Check DATABASE_URL.", level="warning")
    except MigrationError as error:
        yield Finding("M504", error.message)


def _ask_database(project: Survey, unmigrated: set[str]) -> Iterator[Finding]:
    waiting = pending()
    for name, revisions in waiting.items():
        message = f'Migrations of "{name}" are not applied: {", ".join(revisions)}.'
        yield Finding("M501", message, "Apply them: flask db upgrade", name)
    for name, manifest in project.enabled.items():
        found = [] if name in {*unmigrated, *waiting} else differences(manifest)
        for difference in found:
            message = f'The models of "{name}" differ from its migrations: {difference}.'
            yield Finding("M502", message, f"flask db migrate {name} -m …", name)
