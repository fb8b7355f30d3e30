"""What the tests need: a module more, `modules/probe`, and a look at problem documents."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from flask import Flask
from sqlalchemy import Table
from sqlalchemy.orm import configure_mappers
from werkzeug.test import TestResponse

import modules
from app import create_app
from flask_modular import Model, db
from flask_modular.registry import registry_of
from flask_modular.upgrades import upgrade

ITS_OWN = ("Category", "Product", "_sa_module_registry")
HERE = str(Path(__file__).parent / "modules")
Create = Callable[..., dict[str, Any]]
Another = Callable[..., Flask]


@contextmanager
def app_with_probe(app: Flask, folder: Path, **config: Any) -> Iterator[Flask]:
    """Yield an application like another one, with the probe."""
    settings, given = folder / "modules.toml", registry_of(app).settings_file
    text = given.read_text("utf-8") if given.exists() else ""
    settings.write_text(f"{text}\n[probe]\nenabled = true\n", "utf-8")
    with probe():
        made = create_app({"MODULES_TOML": str(settings), **config})
        with made.app_context():
            upgrade()
            db.create_all()
        yield made
        with made.app_context():
            db.session.remove()
            db.metadata.drop_all(db.engine, tables=probe_tables())
            for engine in db.engines.values():
                engine.dispose()


@contextmanager
def probe() -> Iterator[None]:
    """Let the probe be found, and leave no trace of it for the tests of others."""
    configure_mappers()  # what others call by its name is theirs
    mapped = Model.registry._managers, Model.registry._class_registry
    # The names of the others stay known, but for those that the probe has as well.
    others = {name: one for name, one in mapped[1].items() if name not in ITS_OWN}
    Model.registry._managers = WeakKeyDictionary()
    Model.registry._class_registry = WeakValueDictionary(others)
    modules.__path__.append(HERE)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        modules.__path__.remove(HERE)
        for table in probe_tables():
            db.metadata.remove(table)
        for name in [name for name in sys.modules if name.startswith("modules.probe")]:
            del sys.modules[name]
        vars(modules).pop("probe", None)
        Model.registry._managers, Model.registry._class_registry = mapped


def probe_tables() -> list[Table]:
    """Return the tables of the probe."""
    return [table for table in db.metadata.sorted_tables if table.name.startswith("probe_")]


def is_problem(response: TestResponse, status: int) -> bool:
    """Tell whether an answer is a problem document."""
    body = response.get_json()
    return (
        (response.status_code, body["status"]) == (status, status)
        and response.mimetype == "application/problem+json"
        and bool(body["title"])
        and "<" not in response.text
    )


def places(response: TestResponse) -> set[str]:
    """Return where in a request the things are that a problem document complains about."""
    return {
        one.get("pointer") or one.get("parameter") or one.get("header", "")
        for one in response.get_json()["errors"]
    }
