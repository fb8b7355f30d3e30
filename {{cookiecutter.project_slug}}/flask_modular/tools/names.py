"""Whether a new module's name and tables are free, asked of everything that might have them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points

from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from ..collisions import FLASK_COMMANDS
from ..database import NAMING_CONVENTION, db
from ..errors import CollisionError, MigrationError
from ..migrations import is_version_table, ownership, version_table
from ..registry import Registry
from .fields import check_name
from .specs import ModelSpec

# Prefixes of settings of extensions that a project may get later.
EXTENSIONS = frozenset(
    [
        "admin",
        "babel",
        "bootstrap",
        "cache",
        "celery",
        "debug_tb",
        "flask",
        "login",
        "mail",
        "ratelimit",
        "redis",
        "security",
        "session",
        "socketio",
        "sqlalchemy",
        "wtf",
    ]
)
LONGEST = 63  # what PostgreSQL keeps of a name


def check_module(app: Flask, registry: Registry, name: str) -> None:
    """Refuse a name that a module cannot have.

    :raises CollisionError: naming who has it.
    """
    check_name(name, "module", "shop")
    for taken in _claims(app, registry, name):
        raise CollisionError(f'A module cannot be called "{name}": {taken}; choose another name.')


def _claims(app: Flask, registry: Registry, name: str) -> Iterator[str]:
    """Yield who has claimed a name already."""
    folder = registry.root / "modules" / name
    if name in registry.known:
        here = registry.known[name].local
        yield "there is one" if here else "one is installed (flask module enable switches it on)"
    if any("__pycache__" not in path.parts for path in folder.rglob("*") if path.is_file()):
        yield f'the folder "{folder.relative_to(registry.root)}" is there'
    # As Alembic calls the constraint of the version table.
    if len(constraint := f"{version_table(name)}_pkc") > LONGEST:
        yield f'"{constraint}" is longer than the {LONGEST} characters of a name in PostgreSQL'
    if name in registry.settings:
        yield f"modules.toml has a section [{name}]"
    plugins = {plugin.name for plugin in entry_points(group="flask.commands")}
    if name in {*app.cli.commands, *FLASK_COMMANDS, *plugins}:
        yield f"`flask {name}` is a command"
    mounts = {mount.name for one in registry.known for mount in registry.mounts(one)}
    if name in app.blueprints or name in mounts:
        yield "a blueprint has the name"
    setting = _setting(app, registry, name)
    if setting:
        yield f"its settings would begin as {setting} does"
    rules = (rule.rule for rule in app.url_map.iter_rules())
    url = next((rule for rule in rules if f"{rule}/".startswith(f"/{name}/")), None)
    if url:
        yield f"{url} is answered already"
    if any(one.startswith(f"{name}/") for one in app.jinja_env.list_templates()):
        yield f"there are templates in {name}/"


def _setting(app: Flask, registry: Registry, name: str) -> str | None:
    """Return a setting of somebody else's that begins with the module's prefix."""
    prefix = f"{name}_".upper()
    if name in EXTENSIONS:
        return f"{prefix}…"
    modules = tuple(f"{known}_".upper() for known in registry.known)
    keys = (key for key in sorted(app.config) if not key.startswith(modules))
    return next((key for key in keys if key.startswith(prefix)), None)


def check_tables(name: str, models: list[ModelSpec]) -> None:
    """Refuse tables that are there, that another module would own, or whose names are too long.

    :raises CollisionError: naming the table and its owner.
    """
    try:
        there = set(inspect(db.engine).get_table_names())
        owned = ownership(name)
    except SQLAlchemyError as error:
        raise MigrationError(f"The database cannot be asked for its tables: {error}") from error
    if version_table(name) in there:
        raise CollisionError(
            f'The database has the tables of an earlier "{name}"; bring its folder back and run '
            f"`flask module remove {name}` to drop them, or choose another name."
        )
    for table in sorted(there | set(db.metadata.tables)):
        if not is_version_table(table) and owned.owner(table) == name:
            raise CollisionError(
                f'The table "{table}" would belong to "{name}"; choose another name.'
            )
    for model in models:
        found = owned.owner(model.table)
        if found != name:
            raise CollisionError(
                f'The table "{model.table}" of the model "{model.name}" would belong to the '
                f'module "{found}"; give the model another name.'
            )
        _check_lengths(model)


def _check_lengths(model: ModelSpec) -> None:
    for name in _identifiers(model):
        if len(name) > LONGEST:
            raise CollisionError(
                f'"{name}" in the model "{model.name}" is longer than the {LONGEST} characters '
                f"of a name in PostgreSQL; shorten the names that it is made of."
            )


def _identifiers(model: ModelSpec) -> Iterator[str]:
    """Yield every name that the model brings to the database."""
    yield NAMING_CONVENTION["pk"] % {"table_name": model.table}
    for one in model.fields:
        names = {"table_name": model.table, "column_0_N_name": one.column}
        yield one.column
        if one.target:
            yield NAMING_CONVENTION["fk"] % {**names, "referred_table_name": one.target.table}
        if one.unique or one.index or one.target:
            yield NAMING_CONVENTION["uq"] % names
