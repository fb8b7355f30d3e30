"""What the project is made of, for the landing page in development."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for
from werkzeug.routing import Rule

from flask_modular import Module, Mount, current_registry, gettext
from flask_modular.manifest import KERNEL_PARTS


@dataclass(frozen=True)
class Route:
    """One URL; `url` is empty where it takes arguments or is not for reading."""

    methods: str
    rule: str
    url: str


@dataclass(frozen=True)
class Row:
    """One module."""

    name: str
    title: str
    summary: str
    version: str
    prefixes: tuple[str, ...]
    parts: tuple[str, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class Overview:
    """The grid: modules are rows, the parts that at least one of them has are columns."""

    rows: list[Row]
    parts: list[str]


def make_overview() -> Overview:
    """Return the modules of this project, in the order in which they are loaded."""
    rows = [
        Row(
            name=loaded.name,
            title=gettext(loaded.manifest.title),
            summary=loaded.manifest.summary,
            version=loaded.manifest.version,
            prefixes=tuple(_prefix(loaded.module, mount) for mount in loaded.mounts),
            parts=loaded.parts,
            routes=tuple(route for mount in loaded.mounts for route in _routes(mount)),
        )
        for loaded in current_registry().modules.values()
    ]
    present = {part for row in rows for part in row.parts}
    columns = [*KERNEL_PARTS, *current_registry().columns]
    return Overview(rows, [part for part in columns if part in present])


def _prefix(module: Module, mount: Mount) -> str:
    return mount.url_prefix or module.url_prefix or "/"


def _routes(mount: Mount) -> list[Route]:
    rules = [rule for rule in current_app.url_map.iter_rules() if _belongs(rule, mount)]
    return [_route(rule) for rule in sorted(rules, key=lambda rule: rule.rule)]


def _belongs(rule: Rule, mount: Mount) -> bool:
    blueprint, _, name = rule.endpoint.rpartition(".")
    return bool(blueprint == mount.name and name != "static")


def _route(rule: Rule) -> Route:
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    plain = "GET" in methods and not rule.arguments
    return Route(", ".join(methods), rule.rule, url_for(rule.endpoint) if plain else "")
