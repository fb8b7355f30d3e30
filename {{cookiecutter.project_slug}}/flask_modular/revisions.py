"""Revisions: what a module's models and its tables differ in, written down for Alembic."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command, util
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection

from .database import db
from .errors import MigrationError
from .manifest import Manifest
from .migrations import (
    alembic_config,
    heads,
    migrate_extension,
    ownership,
    version_table,
    versions,
)
from .registry import current_registry


def revise(manifest: Manifest, message: str, connection: Connection | None = None) -> Path | None:
    """Write the revision that brings the tables of a module up to its models.

    :param connection: compare with this database instead of the application's.
    :returns: the file, or None where nothing changed.
    :raises MigrationError: when the database is behind the revisions, or one cannot be read.
    """
    folder = versions(manifest)
    existed = folder.is_dir()
    heads(manifest)
    folder.mkdir(exist_ok=True)
    config = alembic_config(manifest, connection)
    config.attributes["made_against"] = _made_against(manifest)
    config.attributes["module_version"] = manifest.version
    migrate = current_app.extensions["migrate"].configure_args
    given = migrate.get("process_revision_directives")
    with _directives(given):
        try:
            script = command.revision(config, message, autogenerate=True, version_path=str(folder))
        except util.CommandError as error:
            raise MigrationError(f'"{manifest.name}": {error} Run `flask db upgrade`.') from error
    if script is not None and not isinstance(script, list):
        tidy(Path(script.path))
        return Path(script.path)
    if not existed:
        folder.rmdir()
    return None


def tidy(path: Path) -> None:
    """Format what was written and drop the imports that it does without, if ruff is there."""
    if find_spec("ruff") is None:
        return
    compact = ["format", "--config", "format.skip-magic-trailing-comma = true"]
    for arguments in (compact, ["check", "--fix", "--exit-zero"], ["format"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--silent", "--no-cache", str(path)]
        subprocess.run(command, check=False)  # noqa: S603


@contextmanager
def _directives(given: Any) -> Iterator[None]:
    """Have empty revisions left unwritten, after what others make of the directives."""
    options = current_app.extensions["migrate"].configure_args

    def drop_empty(context: Any, revision: Any, directives: list[Any]) -> None:
        if given is not None:
            given(context, revision, directives)
        if directives and directives[0].upgrade_ops.is_empty():
            directives.clear()

    options["process_revision_directives"] = drop_empty
    try:
        yield
    finally:
        if given is None:
            del options["process_revision_directives"]
        else:
            options["process_revision_directives"] = given


def _made_against(manifest: Manifest) -> dict[str, str]:
    known = current_registry().enabled
    names = [name for name in manifest.dependencies if name in known]
    found = {name: heads(known[name]) for name in sorted(names)}
    return {name: revisions[0] for name, revisions in found.items() if len(revisions) == 1}


def differences(manifest: Manifest) -> list[str]:
    """Return how the models of a module differ from its tables, one line for each difference."""
    migrate_extension()
    options = dict(current_app.extensions["migrate"].configure_args)
    options |= {
        "version_table": version_table(manifest.name),
        "include_object": ownership(manifest.name).includes,
        "target_metadata": db.metadata,
    }
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return [_say(difference) for difference in compare_metadata(context, db.metadata)]


def _say(difference: Any) -> str:
    steps = difference if isinstance(difference, list) else [difference]
    return "; ".join(" ".join(str(word) for word in step if word is not None) for step in steps)
