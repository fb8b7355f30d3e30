"""What there is in a project, seen without importing a module: also where loading failed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

import modules

from ..distributions import check_distributions
from ..errors import ModularError, RequirementError, did_you_mean
from ..manifest import KERNEL_PARTS, Manifest, find_folders, read_manifest
from ..migrations import heads
from ..order import check_requirements, columns, dependency_order
from ..registry import Registry, current_registry
from ..settings import Mount, Settings, read_settings

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Found:
    """One module's folder, and what can be said of it before it is imported."""

    name: str
    folder: Path
    local: bool
    enabled: bool
    manifest: Manifest
    errors: list[ModularError] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Return the module's state in one word."""
        if not self.enabled:
            return "disabled"
        return "broken" if self.errors else "enabled"


@dataclass
class Survey:
    """All modules of a project by name, and errors that are not of a single one."""

    registry: Registry
    modules: dict[str, Found] = field(default_factory=dict)
    settings: dict[str, Settings] = field(default_factory=dict)
    errors: list[ModularError] = field(default_factory=list)

    @property
    def manifests(self) -> dict[str, Manifest]:
        """Return the manifests of all modules, by name."""
        return {name: found.manifest for name, found in self.modules.items()}

    @property
    def enabled(self) -> dict[str, Manifest]:
        """Return the manifests of the modules that are switched on, by name."""
        return {name: found.manifest for name, found in self.modules.items() if found.enabled}

    @property
    def columns(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """Return the parts that are collected: part → (collector, files)."""
        return _columns(self.enabled)

    def __getitem__(self, name: str) -> Found:
        """Return a module.

        :raises ModularError: when there is none of that name, with the nearest one.
        """
        if name not in self.modules:
            raise ModularError(
                f'There is no module "{name}" here.' + did_you_mean(name, self.modules)
            )
        return self.modules[name]

    def parts(self, manifest: Manifest) -> list[str]:
        """Return the parts that a module has and somebody takes in."""
        files = {**KERNEL_PARTS, **{part: own for part, (_, own) in self.columns.items()}}
        return [part for part, own in files.items() if manifest.offers(own)]

    def collectors(self, manifest: Manifest) -> dict[str, str]:
        """Return the parts that a module offers to others, switched on or not: part → module."""
        return {
            part: owner
            for part, (owner, files) in _columns(self.manifests).items()
            if owner != manifest.name and manifest.offers(files)
        }

    def mounts(self, name: str) -> tuple[Mount, ...]:
        """Return where a module is mounted."""
        return self.settings.get(name, Settings()).mounts or (Mount(name),)

    def dependents(self, name: str) -> list[str]:
        """Return the enabled modules that require a module."""
        return sorted(other for other, one in self.enabled.items() if name in one.requires)


def _columns(manifests: Mapping[str, Manifest]) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    try:
        return columns(manifests)
    except RequirementError:  # said where it keeps from loading
        return {}


def survey() -> Survey:
    """Look at every module folder and at `modules.toml`, and keep what is wrong with each."""
    registry = current_registry()
    result = Survey(registry)
    result.settings = _keep(result.errors, read_settings, registry.settings_file) or {}
    for folder, local in sorted(find_folders(modules.__path__).items()):
        result.modules[folder.name] = _found(folder, local, result.settings.get(folder.name))
    _check_all(result)
    _keep_error_of_loading(result)
    return result


def _found(folder: Path, local: bool, settings: Settings | None) -> Found:
    errors: list[ModularError] = []
    manifest = _keep(errors, read_manifest, folder, local=local)
    manifest = manifest or Manifest(folder.name, folder, local=local)
    enabled = (settings or Settings()).switches_on(local)
    return Found(folder.name, folder, local, enabled, manifest, errors)


def _check_all(result: Survey) -> None:
    enabled, disabled = result.enabled, result.manifests
    for name, manifest in enabled.items():
        errors = result.modules[name].errors
        _keep(errors, check_requirements, manifest, enabled, disabled)
        _keep(errors, check_distributions, [manifest])
        _keep(errors, heads, manifest)
    whole = {name: one for name, one in enabled.items() if set(one.requires) <= set(enabled)}
    _keep(result.errors, _check_order, whole)


def _check_order(manifests: dict[str, Manifest]) -> None:
    # What requires something that is missing says so itself; the others may still form a cycle.
    while missing := {n for n, m in manifests.items() if not set(m.requires) <= set(manifests)}:
        manifests = {name: one for name, one in manifests.items() if name not in missing}
    dependency_order(manifests)


def _keep(
    errors: list[ModularError], check: Callable[P, T], *given: P.args, **more: P.kwargs
) -> T | None:
    try:
        return check(*given, **more)
    except ModularError as error:
        errors.append(error)
        return None


def _keep_error_of_loading(result: Survey) -> None:
    error = result.registry.error
    if error is None:
        return
    own = result.modules[error.module].errors if error.module in result.modules else result.errors
    said = [*result.errors, *(one for found in result.modules.values() for one in found.errors)]
    if error.message not in [one.message for one in said]:
        own.append(error)


def distribution_of(folder: Path) -> metadata.Distribution | None:
    """Return the installed distribution that a module's folder belongs to, or None."""
    installed = list(metadata.distributions())
    shipping = (one for one in installed if _ships(one, folder))
    # An editable installation lists no files of its own; it says where it comes from.
    linked = (one for one in installed if _links(one, folder))
    return next(shipping, None) or next(linked, None)


def _ships(distribution: metadata.Distribution, folder: Path) -> bool:
    if f"modules/{folder.name}/__init__.py," not in (distribution.read_text("RECORD") or ""):
        return False
    return Path(str(distribution.locate_file("modules"))).resolve() == folder.parent.resolve()


def _links(distribution: metadata.Distribution, folder: Path) -> bool:
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    url = urlsplit(origin.get("url", ""))
    editable = url.scheme == "file" and origin.get("dir_info", {}).get("editable", False)
    return editable and folder.resolve().is_relative_to(Path(url2pathname(url.path)).resolve())
