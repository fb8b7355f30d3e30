"""`flask module new`: write a module that is live at once."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic import command
from flask import Flask, current_app
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from .. import downgrades, migrations, revisions, upgrades
from ..errors import ModularError
from ..manifest import Manifest, read_manifest
from ..registry import Registry, current_registry
from . import fields, names, references, render
from .specs import ModelSpec, humanize
from .switch import reload_server


def run(name: str, models: list[str], parts: list[str] | None, *, upgrade: bool) -> None:
    """Write a module, bring its tables into the database in development, and say so.

    :raises ModularError: in one sentence; then nothing is left of it.
    """
    registry = current_registry()
    if registry.error is not None:
        raise registry.error
    specs = describe(current_app, registry, name, models)
    texts = compose(registry, name, specs, parts)
    folder = registry.root / "modules" / name
    applied = False
    with undone_on_failure(folder, name):
        write(folder, texts)
        manifest = read_manifest(folder)
        if specs:
            write_migration(manifest)
            applied = upgrade and apply(registry, manifest)
    reload_server(registry)
    click.echo("\n".join(summary(registry, manifest, specs, applied)))


def describe(app: Flask, registry: Registry, name: str, models: list[str]) -> list[ModelSpec]:
    """Check everything that was typed.

    :raises ModularError: for the first thing that cannot be done.
    """
    names.check_module(app, registry, name)
    specs = fields.parse(models)
    for spec in specs:
        spec.table = f"{name}_{fields.table_name(spec)}"
    references.resolve(registry, name, specs)
    references.in_order(specs)
    fields.check_classes(specs)
    names.check_tables(name, specs)
    return specs


def compose(
    registry: Registry, name: str, specs: list[ModelSpec], parts: list[str] | None
) -> dict[str, str]:
    """Return the texts of the module's files, by path.

    :raises ModularError: for a part that is not there.
    """
    found = render.templates(registry, "models" if specs else "page")
    chosen, written = render.choose(registry, found, parts)
    pointers = [one for spec in specs for one in spec.references]
    outside = [one for one in pointers if one.target and one.target.module]
    required = [one for one in outside if not one.optional]
    context = {
        "name": name,
        "title": humanize(name),
        "models": specs,
        "ordered": references.in_order(specs),
        "foreign": references.foreign_models(specs),
        "requires": sorted({one.target.module for one in outside if one.target}),
        "imports": sorted(
            {(one.target.module, one.target.class_name) for one in outside if one.target}
        ),
        "unique": any(one.unique for spec in specs for one in spec.fields),
        "seeded_from": {one.target.name: one.target for one in required if one.target}.values(),
        "rows": 1 if any(one.unique for one in required) else 3,
        "parts": written,
    }
    return render.render(chosen, context, specs)


@contextmanager
def undone_on_failure(folder: Path, name: str) -> Iterator[None]:
    """Remove the folder, and what its migration did, when anything fails."""
    try:
        yield
    except BaseException:
        try:
            if migrations.applied_heads(name):
                downgrades.downgrade(Manifest(name, folder), "base")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def write(folder: Path, texts: dict[str, str]) -> None:
    """Write the files of a module, formatted."""
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    revisions.tidy(folder)


def write_migration(manifest: Manifest) -> None:
    """Write the first revision of a module, against an empty database in memory.

    :raises ModularError: when its models cannot be imported.
    """
    importlib.invalidate_caches()
    importlib.import_module(f"{manifest.import_name}.models")
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            path = revisions.revise(manifest, f"Create {manifest.name}", connection)
    finally:
        engine.dispose()
    if path is None:
        raise ModularError(f'The models of "{manifest.name}" have no tables.')


def apply(registry: Registry, manifest: Manifest) -> bool:
    """Bring the tables into the database, in development, unless what they refer to is missing."""
    if os.environ.get("FLASK_CONFIG") != "development":
        return False
    registry.enabled[manifest.name] = manifest
    if upgrades.pending().keys() & set(manifest.requires):
        return False
    command.upgrade(migrations.alembic_config(manifest), "head")
    return True


def summary(
    registry: Registry, manifest: Manifest, specs: list[ModelSpec], applied: bool
) -> Iterator[str]:
    """Yield what was made, and what to do next."""
    folder = manifest.folder
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        if "__pycache__" not in path.parts:
            yield f"  create  {path.relative_to(registry.root).as_posix()}"
    for spec in specs if applied else ():
        yield f"  table   {spec.table}"
    offered = [part for part in registry.columns if manifest.offers(registry.columns[part][1])]
    if "views" in offered or (folder / "routes.py").exists():
        yield f"\nIt is live at /{manifest.name}/ (a running development server has reloaded)."
    elif offered:
        yield f"\nIt is live; flask module list {manifest.name} shows its addresses."
    yield "\nNext:"
    if specs and not applied:
        yield "  flask db upgrade"
    if (folder / "seeds.py").exists():
        yield f"  flask seed {manifest.name}"
    yield f"  pytest modules/{manifest.name}"
    if specs and offered and not registry.policies:
        yield (
            "\nNo module here knows people, so anyone may write: production refuses to start "
            "unless FLASK_ACCESS_OPEN=1 allows it."
        )
