"""`init_app`: the database, the commands and the modules of one application."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask

from .cli import BrokenCommands, commands
from .database import init_database
from .errors import ModularError
from .loading import load_modules
from .registry import EXTENSION, Registry
from .texts import init_texts


@contextmanager
def collector_at_rest(app: Flask) -> Iterator[None]:
    """Keep the garbage collector from what loading makes: it stays, so it would look in vain.

    A server does not look at it later either, which spares it its longest pauses. Tests make many
    applications, and want their memory back.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not app.testing:
                gc.freeze()
            gc.enable()


def init_app(app: Flask) -> Registry:
    """Load the project's modules into an application.

    Under a server an error is raised at once. Under the `flask` command it is kept, so that
    `flask module` can mend what is broken: `flask run` shows it on every page, and every other
    command fails with it.

    :param app: configured already; `modules.toml` is in its root path, unless the setting
        MODULES_TOML names another file.
    :raises ModularError: naming the module, the file and the remedy.
    """
    root = Path(app.root_path)
    registry = Registry(root, root / app.config.get("MODULES_TOML", "modules.toml"))
    app.extensions[EXTENSION] = registry
    init_database(app)
    init_texts(app)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # `flask db` says what happened
    for command in commands:
        app.cli.add_command(command)
    try:
        # The context lets parts ask `has("…")` while they are imported.
        with collector_at_rest(app), app.app_context():
            load_modules(app, registry)
    except ModularError as error:
        if not _tools_may_answer():
            raise
        _keep(app, registry, error)
    return registry


def _tools_may_answer() -> bool:
    """Tell whether the `flask` command is looking for one of our commands, or serves."""
    context = click.get_current_context(silent=True)
    if context is None:
        return False
    invoked = context.find_root().invoked_subcommand
    return invoked is None or invoked == "run"


def _keep(app: Flask, registry: Registry, error: ModularError) -> None:
    registry.error = error
    app.cli = BrokenCommands()
    app.cli.error = error

    @app.before_request
    def show_error() -> NoReturn:
        raise error
