"""`flask module enable` and `disable`."""

from __future__ import annotations

import os

import click

from ..errors import RequirementError
from ..registry import Registry
from . import settings_file
from .survey import Found, Survey, survey


def run(name: str, on: bool) -> None:
    """Switch a module on or off in `modules.toml`.

    :raises ModularError: when it is not there, requires what is off, or is required by others.
    """
    project = survey()
    found = project[name]
    word = "enabled" if on else "disabled"
    if found.enabled is on:
        click.echo(f"{name} is {word} already.")
        return
    if on:
        refuse_without_requirements(project, found)
    else:
        refuse_while_required(project, name)
    settings_file.switch(project.registry.settings_file, name, on)
    reload_server(project.registry)
    click.echo(f"{word.capitalize()} {name}." + _what_next(found, on))


def refuse_without_requirements(project: Survey, found: Found) -> None:
    """Refuse to enable a module that requires what is off or missing.

    :raises RequirementError: with the commands that help.
    """
    required = found.manifest.requires
    missing = [other for other in required if other not in project.modules]
    if missing:
        raise RequirementError(
            f'"{found.name}" requires {_quoted(missing)}, which is not there: put it into '
            f"modules/ or install it first."
        )
    off = [other for other in required if not project.modules[other].enabled]
    if off:
        commands = " && ".join(f"flask module enable {other}" for other in off)
        raise RequirementError(
            f'"{found.name}" requires {_quoted(off)}, which is disabled: {commands}'
        )


def refuse_while_required(project: Survey, name: str) -> None:
    """Refuse to disable a module that enabled modules require.

    :raises RequirementError: naming them.
    """
    dependents = project.dependents(name)
    if dependents:
        verb = "requires" if len(dependents) == 1 else "require"
        commands = " && ".join(f"flask module disable {other}" for other in dependents)
        raise RequirementError(f'{_quoted(dependents)} {verb} "{name}": {commands}')


def reload_server(registry: Registry) -> None:
    """Touch `app.py`: a development server watches it, not `modules.toml` or new folders."""
    path = registry.root / "app.py"
    if path.exists():
        os.utime(path)


def _quoted(names: list[str]) -> str:
    return " and ".join(f'"{name}"' for name in names)


def _what_next(found: Found, on: bool) -> str:
    if not (found.folder / "migrations").is_dir():
        return ""
    return " Bring its tables up to date: flask db upgrade" if on else " Its tables stay."
