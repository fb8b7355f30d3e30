"""Manifests: what a module says of itself, read without importing anything."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .errors import ManifestError, did_you_mean

# The parts every project has. Each other column belongs to the module whose manifest collects it.
KERNEL_PARTS: Mapping[str, tuple[str, ...]] = {
    "models": ("models.py",),
    "services": ("services.py",),
    "routes": ("routes.py",),
    "commands": ("commands.py",),
    "events": ("events.py",),
    "seeds": ("seeds.py",),
}


@dataclass(frozen=True)
class Manifest:
    """Describe one module, by its `manifest.toml` and by what is in its folder."""

    name: str
    folder: Path
    title: str = ""
    summary: str = ""
    version: str = "0"
    kernel: str = ""
    requires: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    collects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deploy: Mapping[str, Any] = field(default_factory=dict)
    local: bool = True
    entries: frozenset[str] = frozenset()  # what is in the folder: one look for all parts

    @property
    def import_name(self) -> str:
        """Return the name under which the module is imported."""
        return f"modules.{self.name}"

    @property
    def dependencies(self) -> tuple[str, ...]:
        """Return what is loaded before this module: its requirements and what it uses."""
        return self.requires + self.uses

    def offers(self, files: Iterable[str]) -> bool:
        """Tell whether the module has a part, given the part's files: the first one decides.

        `views.py` may be a package `views/` as well.
        """
        main = next(iter(files)).rstrip("/")
        return main in self.entries or main.removesuffix(".py") in self.entries


_KEYS = {field.name for field in fields(Manifest)} - {"name", "folder", "local", "entries"}
_LISTS = {"requires", "uses", "packages"}
_TABLES = {"config", "collects", "deploy"}
_DEPLOY = {"services", "processes", "environment"}


def read_manifest(folder: Path, *, local: bool = True) -> Manifest:
    """Read the manifest of the module in a folder; an absent file means defaults.

    :param folder: the module's folder; its name is the module's name.
    :param local: whether the folder belongs to the project (or to an installed distribution).
    :raises ManifestError: when the file is no TOML or holds an unknown key or a wrong type.
    """
    name = folder.name
    if not name.isidentifier() or name != name.lower():
        raise ManifestError(
            f'"{folder}" is no module name; rename the folder to lower-case letters, digits and _.'
        )
    path, entries = folder / "manifest.toml", frozenset(os.listdir(folder))
    values = _read(path) if path.name in entries else {}
    for key, value in values.items():
        _check(path, key, value)
    collects = {part: tuple(files) for part, files in values.get("collects", {}).items()}
    converted: dict[str, Any] = {**values, "collects": collects}
    converted.update({key: tuple(values[key]) for key in _LISTS if key in values})
    converted.setdefault("title", name.replace("_", " ").capitalize())
    return Manifest(name=name, folder=folder, local=local, entries=entries, **converted)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f'"{path}" is no valid TOML: {error}.') from error


def _check(path: Path, key: str, value: object) -> None:
    if key not in _KEYS:
        raise ManifestError(
            f'"{path}" has an unknown key "{key}"; the keys are {", ".join(sorted(_KEYS))}.'
            + did_you_mean(key, _KEYS)
        )
    if key in _LISTS:
        fits, wanted = _is_list_of_strings(value), "a list of strings"
    elif key in _TABLES:
        fits, wanted = isinstance(value, dict), "a table"
    else:
        fits, wanted = isinstance(value, str), "a string"
    if key == "collects" and isinstance(value, dict):
        fits = all(_is_list_of_strings(files) and files for files in value.values())
        wanted = "a table of lists of file names"
    if key == "deploy":
        fits = _is_deployment(value)
        wanted = "`services`, a list of strings; `processes` and `environment`, tables of strings"
    if not fits:
        raise ManifestError(f'"{key}" in "{path}" is {value!r}; write {wanted}.')


def _is_deployment(value: object) -> bool:
    if not isinstance(value, dict) or not value.keys() <= _DEPLOY:
        return False
    tables = [table for key, table in value.items() if key != "services"]
    return _is_list_of_strings(value.get("services", [])) and all(
        isinstance(table, dict) and _is_list_of_strings([*table.values()]) for table in tables
    )


def _is_list_of_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def find_folders(paths: Iterable[str]) -> dict[Path, bool]:
    """Return the folders of all modules on a package path, and which belong to the project.

    :param paths: `modules.__path__`; the project's own folder comes first and wins.
    """
    found: dict[str, tuple[Path, bool]] = {}
    for position, path in enumerate(paths):
        for name in sorted(os.listdir(path)) if os.path.isdir(path) else ():
            is_package = os.path.isfile(os.path.join(path, name, "__init__.py"))
            if is_package and not name.startswith((".", "_")):
                found.setdefault(name, (Path(path, name), position == 0))
    return dict(found.values())


def find_manifests(folders: Mapping[Path, bool], disabled: Iterable[str]) -> dict[str, Manifest]:
    """Read the manifests of modules, by name.

    :param folders: as `find_folders` returns them.
    :param disabled: whose manifests may be broken: switching a module off is the remedy.
    """
    found: dict[str, Manifest] = {}
    for folder, local in folders.items():
        try:
            found[folder.name] = read_manifest(folder, local=local)
        except ManifestError:
            if folder.name not in disabled:
                raise
            found[folder.name] = Manifest(folder.name, folder, local=local)
    return found
