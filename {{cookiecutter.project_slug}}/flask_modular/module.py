"""`Module`: a blueprint that says what else a feature brings along."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, Flask
from flask.sansio.blueprints import BlueprintSetupState
from flask.sansio.scaffold import setupmethod

from .access import Permission, Policy
from .registry import MenuItem, registry_of
from .texts import Translator

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from .loading import Part

Ready = Callable[[Flask], None]
Seed = Callable[[], None]
Health = Callable[[], str | None]
Collector = Callable[[Flask, "Part"], None]
Identity = Callable[[], str | None]
SignIn = Callable[["FlaskClient"], None]
ModelExtension = Callable[[type[Any]], None]

F = TypeVar("F", bound=Callable[..., Any])


class Module(Blueprint):
    """One feature: a `flask.Blueprint` with a menu, seeds, health checks and collected parts.

    Everything Flask documents about blueprints holds. The name is the folder's, the URL prefix
    `/<name>`, `templates/` and `static/` are used if they are there, and commands on `cli` are
    registered once, as `flask <name> …`, however often the module is mounted.

    :param import_name: pass `__name__`.
    :param options: any option of `flask.Blueprint`, such as `url_prefix`.
    """

    def __init__(self, import_name: str, **options: Any) -> None:
        name = import_name.rpartition(".")[2]
        options.setdefault("url_prefix", f"/{name}")
        options.setdefault("template_folder", "templates")
        options.setdefault("static_folder", "static")
        options.setdefault("cli_group", name)
        if options["url_prefix"] == "/":  # where the application's own /static would hide it
            options.setdefault("static_url_path", f"/{name}/static")
        super().__init__(name, import_name, **options)
        if self.static_folder is not None and not os.path.isdir(self.static_folder):
            self.static_folder = None
        # Read before registration: they shape what the other modules' parts are.
        self.model_extensions: list[ModelExtension] = []
        self.collectors: dict[str, Collector] = {}

    @setupmethod
    def menu(
        self,
        label: str,
        endpoint: str,
        *,
        order: int = 100,
        icon: str | None = None,
        visible: Callable[[], bool] | None = None,
    ) -> None:
        """Add an entry to the site's menu, once for each mount.

        :param label: the entry's text; a mount's `title` replaces it.
        :param endpoint: relative to the module, such as `.index`, or absolute.
        :param order: entries are sorted by it, then by label.
        :param icon: the name of an icon, for layouts that show icons.
        :param visible: asked for each page; without it the entry always shows.
        """

        def add(state: BlueprintSetupState) -> None:
            mount = f"{state.name_prefix}.{state.name}".lstrip(".")
            full = f"{mount}{endpoint}" if endpoint.startswith(".") else endpoint
            registry = registry_of(state.app)
            title = registry.mount_title(self.name, state.name)
            item = MenuItem(title or label, full, self.name, order, icon, visible)
            registry.menu.append(item)

        self.record(add)

    @setupmethod
    def seed(self, function: Seed) -> Seed:
        """Run a function on `flask seed`; it must be idempotent."""
        return self._contribute("seeds", function)

    @setupmethod
    def health(self, function: Health) -> Health:
        """Ask a function whether the module is ready: it raises or returns a reason if not."""
        return self._contribute("health", function)

    @setupmethod
    def ready(self, function: Ready) -> Ready:
        """Call a function with the application once all modules are registered."""
        return self._contribute("ready", function)

    @setupmethod
    def policy(self, function: Policy) -> Policy:
        """Ask a function before each request; what it returns other than None refuses it."""
        return self._contribute("policies", function)

    @setupmethod
    def identity(self, function: Identity) -> Identity:
        """Ask a function who sends the current request: a short id that stays, or None."""
        return self._contribute("identities", function)

    @setupmethod
    def sign_in(self, function: SignIn) -> SignIn:
        """Have a function sign the tests' client in, as somebody who may do everything."""
        return self._contribute("sign_ins", function)

    @setupmethod
    def translator(self, function: Translator) -> Translator:
        """Have a function put texts in the language of whoever reads them."""
        return self._contribute("translators", function)

    @setupmethod
    def permit(self, endpoint: str, permission: Permission) -> None:
        """Declare access for an endpoint that a library registers.

        :param endpoint: the absolute endpoint, such as `security.login`.
        :param permission: `access("…")` or `access.public`.
        """

        def add(state: BlueprintSetupState) -> None:
            registry_of(state.app).permits[endpoint] = permission

        self.record_once(add)

    @setupmethod
    def model(self, function: ModelExtension) -> ModelExtension:
        """Call a function with every model class before it is mapped, to extend it."""
        self.model_extensions.append(function)
        return function

    @setupmethod
    def collects(self, part: str) -> Callable[[Collector], Collector]:
        """Take in a part of the other modules: called with the application and each part.

        :param part: a key of `[collects]` in this module's manifest.
        """

        def decorate(function: Collector) -> Collector:
            self.collectors[part] = function
            return function

        return decorate

    def _contribute(self, kind: str, function: F) -> F:
        def add(state: BlueprintSetupState) -> None:
            getattr(registry_of(state.app), kind).setdefault(self.name, []).append(function)

        self.record_once(add)
        return function


def module_in(package: ModuleType) -> Module | None:
    """Return the `Module` that a package defines, or None."""
    found = (value for value in vars(package).values() if isinstance(value, Module))
    return next((value for value in found if value.import_name == package.__name__), None)
