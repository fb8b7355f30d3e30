"""Collisions: what two modules must not both claim."""

from __future__ import annotations

import os
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from .database import Model
from .errors import CollisionError
from .manifest import Manifest
from .ownership import owner
from .registry import LoadedModule, Registry
from .settings import Mount
from .values import config_key

# Flask finds its own commands before an application's.
FLASK_COMMANDS = frozenset({"routes", "run", "shell"})


def check_config(app: Flask, ordered: list[Manifest]) -> None:
    """Refuse a setting that belongs to Flask or to another module.

    :raises CollisionError: naming the setting and both owners.
    """
    owners = dict.fromkeys(app.default_config, "Flask")
    for manifest in ordered:
        for name in manifest.config:
            key = config_key(manifest.name, name)
            if key in owners:
                raise CollisionError(
                    f'The setting "{name}" of "{manifest.name}" is {key}, which belongs to '
                    f"{owners[key]}; rename the setting or the module."
                )
            owners[key] = f'"{manifest.name}"'


def check_mount(app: Flask, loaded: LoadedModule, mount: Mount) -> None:
    """Refuse a mount whose name another blueprint has.

    :raises CollisionError: naming the module and the mount.
    """
    if mount.name in app.blueprints:
        other = app.blueprints[mount.name].import_name
        raise CollisionError(
            f'The mount "{mount.name}" of "{loaded.name}" has the name of a blueprint of '
            f'"{other}"; give it another `name` in modules.toml.'
        )


def check_commands(app: Flask, loaded: LoadedModule) -> None:
    """Refuse a module whose commands would hide others, or be hidden.

    :raises CollisionError: naming the module and the command.
    """
    cli, group = loaded.module.cli, loaded.module.cli_group
    if cli.commands and isinstance(group, str) and group in {*app.cli.commands, *FLASK_COMMANDS}:
        raise CollisionError(
            f'The commands of "{loaded.name}" would be `flask {group}`, which is there already; '
            f"rename the module, or give its Module another cli_group."
        )


def check_application(app: Flask, registry: Registry) -> None:
    """Refuse what would go to one of two modules in silence: URLs, templates, tables.

    :raises CollisionError: naming both claimants.
    """
    _check_urls(app)
    _check_templates(registry)
    _check_tables(registry)


def _check_urls(app: Flask) -> None:
    claimed: dict[tuple[object, ...], Rule] = {}
    for rule in app.url_map.iter_rules():
        shape = tuple((part.content, part.final, part.static) for part in rule._parts)
        for method in (rule.methods or {"GET"}) - {"OPTIONS", "HEAD"}:
            key = (rule.subdomain, rule.host, shape, method, rule.websocket)
            other = claimed.setdefault(key, rule)
            if other.endpoint != rule.endpoint:
                raise CollisionError(
                    f'Both "{other.endpoint}" and "{rule.endpoint}" answer {method} '
                    f"{rule.rule}; give one of them another url_prefix in modules.toml."
                )


def _check_templates(registry: Registry) -> None:
    claimed: dict[str, str] = {}
    for name, loaded in registry.modules.items():
        for template in _templates(loaded):
            other = claimed.setdefault(template, name)
            if other != name:
                raise CollisionError(
                    f'Both "{other}" and "{name}" have a template "{template}"; keep templates '
                    f'in "templates/{name}/".'
                )


def _templates(loaded: LoadedModule) -> Iterator[str]:
    root = loaded.module.template_folder
    if root is None:
        return
    base = str(loaded.folder / root)
    for folder, _, files in os.walk(base):
        below = folder.removeprefix(base).replace(os.sep, "/").lstrip("/")
        for file in files:
            yield f"{below}/{file}" if below else file


def _check_tables(registry: Registry) -> None:
    for mapper in Model.registry.mappers:
        package, _, rest = mapper.class_.__module__.partition(".")
        name = rest.partition(".")[0]
        table = getattr(mapper.local_table, "name", None)
        found = owner(table, registry.known) if table else name
        if package == "modules" and name in registry.modules and found not in (name, None):
            raise CollisionError(
                f'The table "{table}" of "{name}" has the prefix of "{found}", whose migrations '
                f"would own it; rename one of them."
            )
