"""The registry of one application: which modules it has, and what they contributed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app, has_request_context
from flask.sansio.app import App
from werkzeug.exceptions import HTTPException

from .access import Guard, Permission
from .manifest import Manifest
from .settings import Mount, Settings

if TYPE_CHECKING:
    from .errors import ModularError
    from .module import Module

EXTENSION = "flask_modular"


@dataclass(frozen=True)
class MenuItem:
    """An entry of the menu; `endpoint` is absolute."""

    label: str
    endpoint: str
    module: str
    order: int = 100
    icon: str | None = None
    visible: Callable[[], bool] | None = None

    def is_visible(self) -> bool:
        """Tell whether the entry shows on the current page."""
        return self.visible is None or self.visible()


@dataclass(frozen=True)
class LoadedModule:
    """One module of an application."""

    manifest: Manifest
    module: Module
    mounts: tuple[Mount, ...]
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the module's name."""
        return self.manifest.name

    @property
    def folder(self) -> Path:
        """Return the module's folder."""
        return self.manifest.folder

    @property
    def local(self) -> bool:
        """Tell whether the module is a folder of this project."""
        return self.manifest.local


@dataclass
class Registry:
    """What an application knows of its modules; lives in `app.extensions`.

    :param root: the project's folder.
    :param settings_file: `modules.toml`.
    """

    root: Path
    settings_file: Path
    known: dict[str, Manifest] = field(default_factory=dict)
    settings: dict[str, Settings] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    enabled: dict[str, Manifest] = field(default_factory=dict)
    modules: dict[str, LoadedModule] = field(default_factory=dict)
    menu: list[MenuItem] = field(default_factory=list)
    permits: dict[str, Permission] = field(default_factory=dict)
    # What people can do that is no route, such as socket events: each function declares access.
    actions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    guard: Guard | None = None
    seeds: dict[str, list[Callable[[], None]]] = field(default_factory=dict)
    health: dict[str, list[Callable[[], str | None]]] = field(default_factory=dict)
    ready: dict[str, list[Callable[[Flask], None]]] = field(default_factory=dict)
    policies: dict[str, list[Callable[..., Any]]] = field(default_factory=dict)
    identities: dict[str, list[Callable[[], str | None]]] = field(default_factory=dict)
    sign_ins: dict[str, list[Callable[[Any], None]]] = field(default_factory=dict)
    translators: dict[str, list[Callable[[str, str | None, int], str]]] = field(
        default_factory=dict
    )
    error: ModularError | None = None

    def mounts(self, name: str) -> tuple[Mount, ...]:
        """Return where a module is mounted."""
        settings = self.settings.get(name)
        return settings.mounts if settings and settings.mounts else (Mount(name),)

    def endpoint(self, name: str, endpoint: str) -> str:
        """Return an endpoint at a module's first mount, for links from anywhere.

        :param endpoint: relative to the mount, such as `.index`, or `_api.job` for a blueprint
            that is named after the mount.
        """
        return f"{self.mounts(name)[0].name}{endpoint}"

    def mount_title(self, name: str, mount_name: str) -> str | None:
        """Return the title that `modules.toml` gives a mount, or None."""
        mounts = {mount.name: mount for mount in self.mounts(name)}
        return mounts[mount_name].title if mount_name in mounts else None


def registry_of(app: App) -> Registry:
    """Return the registry of an application."""
    return cast(Registry, app.extensions[EXTENSION])


def current_registry() -> Registry:
    """Return the registry of the current application."""
    return cast(Registry, current_app.extensions[EXTENSION])


def current_identity() -> str:
    """Return who sends the current request, as a module that knows people says; else ""."""
    if not has_request_context():
        return ""
    functions = (one for found in current_registry().identities.values() for one in found)
    return next((identity for function in functions if (identity := function())), "")


def may(permission: Permission) -> bool:
    """Tell whether whoever sends the current request has a permission; anyone, without policies."""
    guard = current_registry().guard
    try:
        return guard is None or guard.ask(permission) is None
    except HTTPException:
        return False


def has(name: str) -> bool:
    """Tell whether a module is there and enabled; guards what a module merely uses."""
    return name in current_registry().enabled
