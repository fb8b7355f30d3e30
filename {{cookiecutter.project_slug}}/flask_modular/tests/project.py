"""A project of fake modules in a temporary folder, and what it leaves behind undone."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.orm import configure_mappers

import modules
from flask_modular import Model, Registry, db, init_app
from flask_modular.database import _Behaviour

PACKAGE = "from flask_modular import Module\n\nmodule = Module(__name__)\n"
PAGE = 'from . import module\n\n\n@module.get("/")\ndef index():\n    return "{}"\n'
COLLECTOR = (
    PACKAGE
    + """

@module.collects("pages")
def collect(app, part):
    app.config.setdefault("COLLECTED", []).append(part)
    part.load()
"""
)


class Project:
    """Fake modules, their `modules.toml` and applications made of them."""

    def __init__(self, root: Path, url: str) -> None:
        self.root = root
        self.url = url
        self.apps: list[Flask] = []
        (root / "modules").mkdir()
        (root / "app.py").touch()
        shutil.copytree(Path(modules.__file__).parents[1] / "migrations", root / "migrations")

    def module(self, name: str, manifest: str = "", **parts: str) -> Path:
        """Write a module; a part's `__` in its name becomes a slash: `tests__test_x`."""
        folder = self.root / "modules" / name
        self.write(f"modules/{name}/__init__.py", parts.pop("package", PACKAGE))
        if manifest:
            self.write(f"modules/{name}/manifest.toml", manifest)
        for part, text in parts.items():
            self.write(f"modules/{name}/{part.replace('__', '/')}.py", text)
        return folder

    def write(self, path: str, text: str) -> Path:
        """Write a file of the project."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return file

    def settings(self, text: str) -> None:
        """Write `modules.toml`."""
        self.write("modules.toml", text)

    def app(self, **config: Any) -> Flask:
        """Make an application of the modules."""
        app = Flask("fake_project", root_path=str(self.root))
        app.config.from_mapping(SECRET_KEY="for tests", SQLALCHEMY_DATABASE_URI=self.url)
        app.config.from_mapping({"TESTING": True, **config})
        self.apps.append(app)
        init_app(app)
        return app

    def registry(self, **config: Any) -> Registry:
        """Make an application, and return its registry."""
        registry: Registry = self.app(**config).extensions["flask_modular"]
        return registry

    def get(self, url: str) -> str:
        """Make an application, and return what it answers."""
        return self.app().test_client().get(url).get_data(as_text=True)

    def flask(self, *arguments: str) -> Result:
        """Run a `flask` command on a fresh application."""
        group = FlaskGroup(create_app=self.app, set_debug_flag=False, load_dotenv=False)
        return CliRunner().invoke(group, arguments)

    def run(self, *arguments: str) -> str:
        """Run a `flask` command that has to succeed, and return what it prints."""
        result = self.flask(*arguments)
        assert result.exit_code == 0, result.output
        return result.output

    def forget(self) -> None:
        """Forget what was imported, so that files that have changed are read again."""
        forget_modules()
        Model.registry._managers = WeakKeyDictionary()
        Model.registry._class_registry = WeakValueDictionary()
        _Behaviour.extensions.clear()
        db.metadata.clear()

    def close(self) -> None:
        """Close the connections of all applications."""
        for app in self.apps:
            with app.app_context():
                db.session.remove()
                for engine in db.engines.values() if "sqlalchemy" in app.extensions else ():
                    engine.dispose()


def forget_modules() -> dict[str, ModuleType]:
    """Take all modules out of what is imported, and return them."""
    names = [name for name in sys.modules if name.startswith("modules.")]
    for name in {name.split(".")[1] for name in names}:
        vars(modules).pop(name, None)
    return {name: sys.modules.pop(name) for name in names}


def remember_modules(imported: dict[str, ModuleType]) -> None:
    """Put modules back to where they were imported."""
    sys.modules.update(imported)
    for name in {name.split(".")[1] for name in imported}:
        setattr(modules, name, imported[f"modules.{name}"])


@contextmanager
def project_in(root: Path, url: str) -> Iterator[Project]:
    """Yield a project whose modules are the only ones, then put everything back."""
    configure_mappers()  # while the tables of the real modules are still there
    tables, extensions = list(db.metadata.sorted_tables), [*_Behaviour.extensions]
    mapped = Model.registry._managers, Model.registry._class_registry
    path, imported = modules.__path__, forget_modules()
    modules.__path__ = [str(root / "modules")]
    project = Project(root, url)
    project.forget()
    try:
        yield project
    finally:
        project.close()
        project.forget()
        modules.__path__ = path
        remember_modules(imported)
        Model.registry._managers, Model.registry._class_registry = mapped
        for table in tables:
            db.metadata._add_table(table.name, table.schema, table)
        _Behaviour.extensions.extend(extensions)
