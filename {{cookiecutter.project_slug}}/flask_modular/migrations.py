"""Migrations: each module carries its revisions and has a version table of its own.

One graph with Alembic branches would tie the modules together: a removed folder would break
every command, and a downgrade would drop the tables of dependents in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast

from alembic import util
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import Migrate
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.schema import SchemaItem

from .cli import database
from .database import UTCDateTime, db
from .errors import BrokenRevisionError, MigrationError, did_you_mean
from .manifest import Manifest
from .ownership import owner
from .registry import current_registry

VERSION_TABLE_SUFFIX = "_alembic_version"


def version_table(module: str) -> str:
    """Return the name of a module's version table."""
    return module + VERSION_TABLE_SUFFIX


def migrated_modules() -> list[Manifest]:
    """Return the enabled modules that have revisions, in dependency order."""
    return [one for one in current_registry().enabled.values() if versions(one).is_dir()]


def versions(manifest: Manifest) -> Path:
    """Return the folder of a module's revisions."""
    return manifest.folder / "migrations"


def migrate_extension() -> Migrate:
    """Return the application's Flask-Migrate, set up on first use: a server never needs it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if "migrate" not in app.extensions:
        migrate = Migrate(app, db, directory=str(current_registry().root / "migrations"))
        migrate.configure(_choose)  # type: ignore[arg-type]
        app.cli.add_command(database)  # Flask-Migrate has put its own there
    return app.extensions["migrate"].migrate  # type: ignore[no-any-return]


def _choose(config: Config) -> Config:
    """Point Flask-Migrate's own commands at the module of `flask db -x module=NAME …`."""
    arguments = dict(one.partition("=")[::2] for one in getattr(config.cmd_opts, "x", None) or ())
    return point_at(config, find_module(arguments["module"])) if "module" in arguments else config


def find_module(name: str) -> Manifest:
    """Return an enabled module by its name.

    :raises MigrationError: when there is none, or it is disabled.
    """
    registry = current_registry()
    if name in registry.enabled:
        return registry.enabled[name]
    if name in registry.known:
        raise MigrationError(f'"{name}" is disabled: flask module enable {name}')
    raise MigrationError(f'There is no module "{name}".' + did_you_mean(name, registry.known))


def alembic_config(manifest: Manifest, connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for one module.

    :param connection: to work on instead of the application's database.
    """
    # Its stubs do not say that Flask-Migrate's Config is Alembic's.
    config = cast(Config, migrate_extension().get_config(opts=["quiet"]))
    return point_at(config, manifest, connection)


def point_at(config: Config, manifest: Manifest, connection: Connection | None = None) -> Config:
    """Point a configuration of Alembic at the revisions of one module."""
    config.set_main_option("version_locations", str(versions(manifest)).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(module=manifest.name, connection=connection)
    return config


def run_environment(config: Config) -> None:
    """Do what `migrations/env.py` is for: run one module's migrations, online or as SQL."""
    from alembic import context

    module = config.attributes.get("module")
    if module is None:
        raise MigrationError(
            "Each module has migrations of its own: say which, as in `flask db -x module=NAME …`."
        )
    options = dict(current_app.extensions["migrate"].configure_args)
    options |= {
        "target_metadata": db.metadata,
        "version_table": version_table(module),
        "include_object": ownership(module).includes,
        "render_item": _render,
    }
    if context.is_offline_mode():
        context.configure(url=db.engine.url, literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with _connection(config) as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


def _render(kind: str, item: object, context: object) -> str | Literal[False]:
    """Write our own type as what it is in the database: revisions do not need the kernel."""
    is_ours = kind == "type" and isinstance(item, UTCDateTime)
    return "sa.DateTime(timezone=True)" if is_ours else False


@contextmanager
def _connection(config: Config) -> Iterator[Connection]:
    """Yield the connection to migrate on, with SQLite's foreign keys off.

    SQLite alters a table by copying it, and dropping the old one would delete or refuse the
    rows that reference it. The switch works outside a transaction only.
    """
    given: Connection | None = config.attributes.get("connection")
    if given is not None:
        yield given
        return
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        try:
            yield connection
        finally:
            if sqlite:
                connection.rollback()
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
                connection.commit()


class Ownership:
    """Which module a table belongs to: the longest name that prefixes the table's.

    :param modules: names of all known modules, of removed ones too.
    """

    def __init__(self, module: str, modules: Iterable[str]) -> None:
        self.module = module
        self.modules = frozenset(modules)

    def owner(self, table: str) -> str | None:
        """Return the module that a table belongs to, or None."""
        return owner(table, self.modules)

    def includes(
        self, item: SchemaItem, name: str | None, kind: str, reflected: bool, other: object
    ) -> bool:
        """Keep autogenerate to the module's own tables (Alembic's `include_object`)."""
        if kind != "table" or name is None:
            return True
        return not is_version_table(name) and self.owner(name) == self.module


def ownership(module: str) -> Ownership:
    """Return who owns which table, as seen from one module."""
    tables = inspect(db.engine).get_table_names()
    removed = {name.removesuffix(VERSION_TABLE_SUFFIX) for name in tables if is_version_table(name)}
    return Ownership(module, removed | set(current_registry().known) | {module})


def is_version_table(table: str) -> bool:
    """Tell whether a table says which revisions of a module are applied."""
    return table.endswith(VERSION_TABLE_SUFFIX)


def tables_of(module: str) -> list[str]:
    """Return the tables in the database that belong to a module, its version table left out."""
    owned = ownership(module)
    names = inspect(db.engine).get_table_names()
    return [name for name in names if not is_version_table(name) and owned.owner(name) == module]


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Have a failure of Alembic, or of a revision that it runs, say what failed.

    :raises MigrationError: in one sentence; where Python failed, the traceback shows, too.
    """
    try:
        yield
    except (util.CommandError, SQLAlchemyError) as error:
        raise MigrationError(f"{what} failed: {getattr(error, 'orig', error)}") from error
    except Exception as error:
        raise BrokenRevisionError(f"{what} failed: {type(error).__name__}: {error}") from error


def applied_heads(module: str) -> set[str]:
    """Return the revisions at which a module stands in the database."""
    with db.engine.connect() as connection:
        options = {"version_table": version_table(module)}
        return set(MigrationContext.configure(connection, opts=options).get_current_heads())


def scripts(manifest: Manifest) -> ScriptDirectory:
    """Return the revisions of a module.

    :raises BrokenRevisionError: when one cannot be imported, or comes after one that is not there.
    """
    directory = ScriptDirectory.from_config(alembic_config(manifest))
    try:
        directory.get_heads()  # imports them all
    except Exception as error:
        raise BrokenRevisionError(
            f'The revisions of "{manifest.name}" in "{versions(manifest)}" cannot be read: '
            f"{type(error).__name__}: {error}"
        ) from error
    return directory


def heads(manifest: Manifest) -> list[str]:
    """Return the newest revisions of a module on disk."""
    return list(scripts(manifest).get_heads()) if versions(manifest).is_dir() else []
