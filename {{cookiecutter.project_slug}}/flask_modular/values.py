"""A module's configuration: defaults, `modules.toml` over them, the environment over both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from .errors import SettingsError, did_you_mean
from .manifest import Manifest
from .registry import Registry

_WANTED = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a table",
}


def check_numbers(config: Mapping[str, Any], bounds: Mapping[str, tuple[float, float]]) -> None:
    """Refuse settings that are too small or too large to make sense.

    :param bounds: the least and the most, by key of `app.config`.
    :raises SettingsError: naming the first one.
    """
    for key, (least, most) in bounds.items():
        if not least <= config[key] <= most:
            raise SettingsError(
                f"FLASK_{key} is {config[key]}; write a number from {least} to {most}."
            )


def check_limits(
    config: Mapping[str, Any], parse: Callable[[str], list[Any]], *keys: str, several: bool = False
) -> None:
    """Refuse settings that are no rate limits, or let nothing pass.

    :param parse: `limits.parse_many`, for only modules that limit something have the library.
    :param several: whether one may hold several limits.
    :raises SettingsError: naming the first one.
    """
    for key in keys:
        try:
            found = parse(config[key])
        except ValueError:
            found = []
        is_one = len(found) == 1 or (found and several)
        if not is_one or not all(one.amount for one in found):
            raise SettingsError(
                f'FLASK_{key} is "{config[key]}", which is no limit; write one such as '
                f'"10 per 15 minutes".'
            )


def config_key(module: str, name: str) -> str:
    """Return the key in `app.config` for a setting of a module."""
    return f"{module}_{name}".upper()


def module_config(app: Flask, registry: Registry, manifest: Manifest) -> dict[str, Any]:
    """Return a module's configuration, by key of `app.config`.

    What `app.config` holds already, from `FLASK_…` variables or the application, wins.

    :raises SettingsError: for an unknown setting or a value of another type than the default's.
    """
    settings = registry.settings.get(manifest.name)
    overrides = settings.config if settings else {}
    for name in overrides:
        if name not in manifest.config:
            raise SettingsError(
                f'`config` of [{manifest.name}] in modules.toml has an unknown key "{name}".'
                + did_you_mean(name, manifest.config)
            )
    result = {}
    for name, default in manifest.config.items():
        key = config_key(manifest.name, name)
        source = f'"{name}" of [{manifest.name}] in modules.toml'
        value = overrides.get(name, default)
        if key in app.config:
            source, value = f"FLASK_{key}", app.config[key]
        result[key] = fitting(source, value, default)
    return result


def fitting(source: str, value: Any, default: Any) -> Any:
    """Return a value that has the type of a default.

    :param source: where the value comes from, for the error.
    :raises SettingsError: when it has another type.
    """
    wanted = type(default)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if wanted is str and isinstance(value, int | float):
        return str(value)  # the environment's "2024" arrives as a number
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        example = "" if wanted is bool else f", such as {default!r}"  # Python's True is not read
        raise SettingsError(
            f"{source} is {value!r}; write {_WANTED.get(wanted, wanted.__name__)}{example}."
        )
    return value
