"""Undoing the revisions of one module, and what stands in the way of that."""

from __future__ import annotations

from alembic import command
from sqlalchemy import MetaData, Table, inspect, text

from .database import db
from .errors import MigrationError
from .manifest import Manifest
from .migrations import alembic_config, applied_heads, heads, naming, tables_of, version_table


def referencing(module: str) -> list[tuple[str, str]]:
    """Return the (table, referenced table) pairs by which others refer to a module's tables."""
    inspector = inspect(db.engine)
    own = set(tables_of(module))
    return sorted(
        (table, key["referred_table"])
        for table in set(inspector.get_table_names()) - own
        for key in inspector.get_foreign_keys(table)
        if key["referred_table"] in own
    )


def row_counts(module: str) -> dict[str, int]:
    """Return how many rows each table of a module has."""
    quote = db.engine.dialect.identifier_preparer.quote
    with db.engine.connect() as connection:
        return {
            table: connection.scalar(text(f"SELECT count(*) FROM {quote(table)}")) or 0  # noqa: S608
            for table in tables_of(module)
        }


def downgrade(manifest: Manifest, revision: str) -> None:
    """Undo revisions of one module, down to the given one.

    :param revision: an identifier, `-1` for the newest revision, or `base` for all.
    :raises MigrationError: while tables of other modules refer to this module's, or when a
        revision cannot be read or undone.
    """
    refuse_while_referenced(manifest.name)
    heads(manifest)
    with naming(f'Undoing revisions of "{manifest.name}"'):
        command.downgrade(alembic_config(manifest), revision)
    if not applied_heads(manifest.name):
        drop_version_table(manifest.name)


def refuse_while_referenced(module: str) -> None:
    """Refuse while tables of other modules refer to this module's.

    :raises MigrationError: naming the tables.
    """
    found = referencing(module)
    if found:
        pairs = ", ".join(f"{table} → {target}" for table, target in found)
        raise MigrationError(
            f'Other tables refer to those of "{module}": {pairs}; downgrade their modules first.'
        )


def drop_version_table(module: str) -> None:
    """Drop the version table of a module that has no tables any more."""
    with db.engine.begin() as connection:
        Table(version_table(module), MetaData()).drop(connection, checkfirst=True)
