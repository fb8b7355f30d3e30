"""`modules.toml`: what is switched on, mounted where, with which configuration."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import SettingsError, did_you_mean

_KEYS = ("enabled", "mounts", "config")
_MOUNT_KEYS = ("name", "url_prefix", "subdomain", "title")


@dataclass(frozen=True)
class Mount:
    """One place where a module is mounted.

    :param name: the first half of its endpoints; the module's own name by default.
    :param url_prefix: where its URLs begin; the module's own prefix by default.
    :param title: its label in the menu, instead of the one that the module gives.
    """

    name: str
    url_prefix: str | None = None
    subdomain: str | None = None
    title: str | None = None

    def options(self) -> dict[str, str]:
        """Return what `Flask.register_blueprint` takes."""
        given = {"name": self.name, "url_prefix": self.url_prefix, "subdomain": self.subdomain}
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True)
class Settings:
    """What `modules.toml` says of one module."""

    enabled: bool | None = None
    mounts: tuple[Mount, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)

    def switches_on(self, local: bool) -> bool:
        """Tell whether the module is on: local folders by default, installed ones on request."""
        return local if self.enabled is None else self.enabled


def read_settings(path: Path) -> dict[str, Settings]:
    """Read `modules.toml`; an absent file means defaults.

    :raises SettingsError: for a file that is no TOML, an unknown key or a wrong type.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f'"{path}" is no valid TOML: {error}.') from error
    return {name: _settings(name, section) for name, section in data.items()}


def _settings(name: str, section: object) -> Settings:
    if not isinstance(section, dict):
        raise SettingsError(
            f'"{name}" in modules.toml is no table; begin it with [{name}] on a line of its own.'
        )
    _known(f"[{name}]", section, _KEYS)
    enabled, config = section.get("enabled"), section.get("config", {})
    if not isinstance(enabled, bool | None):
        raise SettingsError(f"`enabled` of [{name}] is {enabled!r}; write true or false.")
    if not isinstance(config, dict):
        raise SettingsError(f"`config` of [{name}] is {config!r}; write {{ key = value }}.")
    return Settings(enabled, _mounts(name, section.get("mounts")), config)


def _mounts(name: str, mounts: object) -> tuple[Mount, ...]:
    if mounts is None:
        return (Mount(name),)
    if not isinstance(mounts, list) or not mounts:
        raise SettingsError(
            f'`mounts` of [{name}] is {mounts!r}; write a list such as [{{ url_prefix = "/news" }}]'
            f", or `enabled = false` to switch the module off."
        )
    result = tuple(_mount(name, mount) for mount in mounts)
    names = [mount.name for mount in result]
    for twice in {mount for mount in names if names.count(mount) > 1}:
        raise SettingsError(
            f'[{name}] has two mounts named "{twice}"; give each further one a `name`.'
        )
    return result


def _mount(module: str, mount: object) -> Mount:
    if not isinstance(mount, dict):
        raise SettingsError(f'A mount of [{module}] is {mount!r}; write {{ url_prefix = "/x" }}.')
    _known(f"A mount of [{module}]", mount, _MOUNT_KEYS)
    for key, value in mount.items():
        if not isinstance(value, str):
            raise SettingsError(f"`{key}` of a mount of [{module}] is {value!r}; write a string.")
    if not mount.get("url_prefix", "/").startswith("/"):
        raise SettingsError(
            f'The url_prefix "{mount["url_prefix"]}" of [{module}] does not begin with a slash; '
            f'write "/{mount["url_prefix"]}".'
        )
    if "." in mount.get("name", ""):
        raise SettingsError(f'The mount name "{mount["name"]}" of [{module}] has a dot; leave it.')
    return Mount(**{"name": module, **mount})


def _known(where: str, table: Mapping[str, object], keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            raise SettingsError(
                f'{where} in modules.toml has an unknown key "{key}"; the keys are '
                f"{', '.join(keys)}." + did_you_mean(key, keys)
            )
