"""Loading: seven phases, each over all modules in dependency order.

A phase never starts before the previous one is through for every module. That is what keeps
circular imports away: when a part is imported, all packages and all models are there.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from flask import Flask

import modules

from . import collisions
from .access import Guard, refuse_open_production
from .database import extend_models
from .distributions import check_distributions
from .errors import ManifestError, PartError, blame
from .manifest import KERNEL_PARTS, Manifest, find_folders, find_manifests
from .module import Module, module_in
from .order import columns, dependency_order
from .registry import LoadedModule, Registry
from .settings import Mount, Settings, read_settings
from .values import module_config


@dataclass(frozen=True)
class Part:
    """A part of a module, as its collector gets it."""

    name: str
    module: Module
    folder: Path
    mounts: tuple[Mount, ...]

    def load(self) -> ModuleType:
        """Import the part's Python module.

        :raises PartError: when that fails; the original traceback is chained.
        """
        path = self.folder / self.name
        path = path if path.is_dir() else path.with_suffix(".py")
        return import_part(f"{self.module.import_name}.{self.name}", path)


def load_modules(app: Flask, registry: Registry) -> None:
    """Load every enabled module into an application.

    :raises ModularError: naming the module, the file and the remedy.
    """
    ordered = read_manifests(registry)
    check_distributions(ordered)
    packages: dict[str, Module] = {}
    for manifest in ordered:
        with blame(manifest.name):
            packages[manifest.name] = import_package(manifest)
    for package in packages.values():
        extend_models(package.model_extensions)
    for manifest in ordered:
        with blame(manifest.name):
            if manifest.offers(KERNEL_PARTS["models"]):
                import_part(f"{manifest.import_name}.models", manifest.folder / "models.py")
    collisions.check_config(app, ordered)
    for manifest in ordered:
        with blame(manifest.name):
            app.config.update(module_config(app, registry, manifest))
    for manifest in ordered:
        with blame(manifest.name):
            load_parts(app, registry, manifest, packages)
    for loaded in registry.modules.values():
        with blame(loaded.name):
            register(app, loaded)
    collisions.check_application(app, registry)
    finish(app, registry)


def read_manifests(registry: Registry) -> list[Manifest]:
    """Phase 1: find out which modules there are, which are on, and in which order they load."""
    registry.settings.update(read_settings(registry.settings_file))
    folders = find_folders(modules.__path__)
    off = {folder.name for folder, local in folders.items() if not is_on(registry, folder, local)}
    registry.known.update(find_manifests(folders, off))
    enabled = {name: manifest for name, manifest in registry.known.items() if name not in off}
    disabled = {name: manifest for name, manifest in registry.known.items() if name in off}
    ordered = dependency_order(enabled, disabled)
    registry.enabled.update({manifest.name: manifest for manifest in ordered})
    registry.columns = columns(enabled)
    return ordered


def is_on(registry: Registry, folder: Path, local: bool) -> bool:
    """Tell whether `modules.toml` and the module's source switch it on."""
    return registry.settings.get(folder.name, Settings()).switches_on(local)


def import_package(manifest: Manifest) -> Module:
    """Phase 2: import a module's package, which defines its `Module` and nothing else."""
    package = import_part(manifest.import_name, manifest.folder / "__init__.py")
    found = module_in(package)
    if found is None:
        raise ManifestError(
            f'"{manifest.folder / "__init__.py"}" defines no module; write '
            f"`module = Module(__name__)` there."
        )
    for part in manifest.collects:
        if part not in found.collectors:
            raise ManifestError(
                f'"{manifest.name}" collects "{part}" in its manifest and no function takes it '
                f'in; write @module.collects("{part}") in "{manifest.folder / "__init__.py"}".'
            )
    return found


def import_part(import_name: str, path: Path) -> ModuleType:
    """Import one Python module of a module.

    :raises PartError: when that fails; the original traceback is chained.
    """
    try:
        return importlib.import_module(import_name)
    except Exception as error:
        # Half-imported modules would make the next attempt fail with another error.
        sys.modules.pop(import_name, None)
        error.__traceback__ = _without_import_machinery(error.__traceback__)
        raise PartError(
            f'"{path}" could not be imported: {type(error).__name__}: {error}'
        ) from error


def _without_import_machinery(trace: TracebackType | None) -> TracebackType | None:
    """Skip the frames between here and the file that failed."""
    here = trace
    while trace and (trace is here or "importlib" in trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace or here


def parts_of(
    app: Flask, registry: Registry, manifest: Manifest, packages: dict[str, Module]
) -> Iterator[tuple[str, Any]]:
    """Yield the parts that a module offers and somebody collects, with their collectors."""
    for name, files in KERNEL_PARTS.items():
        if manifest.offers(files):
            yield name, None
    for name, (collector, files) in registry.columns.items():
        if manifest.offers(files):
            yield name, packages[collector].collectors[name]


def load_parts(
    app: Flask, registry: Registry, manifest: Manifest, packages: dict[str, Module]
) -> None:
    """Phase 5: hand each part of a module to its collector; the kernel's own are imported."""
    module, mounts = packages[manifest.name], registry.mounts(manifest.name)
    names: list[str] = []
    for name, collector in parts_of(app, registry, manifest, packages):
        part = Part(name, module, manifest.folder, mounts)
        names.append(name)
        if collector is not None:
            collector(app, part)
        elif name != "services":  # whoever needs services imports them
            part.load()
    registry.modules[manifest.name] = LoadedModule(manifest, module, mounts, tuple(names))


def register(app: Flask, loaded: LoadedModule) -> None:
    """Phase 6: register a module's blueprint, once for each mount."""
    collisions.check_commands(app, loaded)
    for mount in loaded.mounts:
        collisions.check_mount(app, loaded, mount)
        app.register_blueprint(loaded.module, **mount.options())


def finish(app: Flask, registry: Registry) -> None:
    """Phase 7: guard what is declared, then tell the modules that everything is there."""
    registry.menu.sort(key=lambda item: (item.order, item.label))
    policies = [policy for name in registry.policies for policy in registry.policies[name]]
    if policies:
        registry.guard = Guard(policies, registry.permits)
        registry.guard.init_app(app)
    else:
        refuse_open_production(app, registry.permits, registry.actions)
    for name, callbacks in registry.ready.items():
        with blame(name):
            for callback in callbacks:
                callback(app)
