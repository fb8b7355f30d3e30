"""Mounting: each module's `blueprint` under the API's prefix, once for each of its mounts."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.routing import BaseConverter, IntegerConverter

from flask_modular import ModularError, Mount, Part

from .specification import specification_of

LARGEST_ID, NO_ID = 2**31 - 1, -1


class IdConverter(IntegerConverter):
    """A primary key in a URL; what no column holds is an id that no row has."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: object, max: int = LARGEST_ID) -> None:
        super().__init__(url_map, max=max)  # type: ignore[arg-type]

    def to_python(self, value: str) -> int:
        """Return the id; refused here, it would be a 405 to all methods but the first."""
        number = int(value)
        return number if number <= LARGEST_ID else NO_ID


def mount_part(app: Flask, part: Part) -> None:
    """Import a module's `api.py` and mount its blueprint.

    :raises ModularError: when there is none, or when it has another name.
    """
    blueprint = getattr(part.load(), "blueprint", None)
    path, name = part.folder / "api.py", f"{part.module.name}_api"
    if not isinstance(blueprint, Blueprint):
        raise ModularError(
            f'"{path}" has no blueprint; write `blueprint = Blueprint("{name}", __name__)` there.'
        )
    if blueprint.name != name:
        raise ModularError(f'The blueprint of "{path}" is "{blueprint.name}"; call it "{name}".')
    mount_blueprint(app, blueprint, part.mounts)


def mount_blueprint(app: Flask, blueprint: Blueprint, mounts: tuple[Mount, ...]) -> None:
    """Mount a blueprint of endpoints for each mount of its module."""
    converters: dict[str, type[BaseConverter]] = app.url_map.converters
    converters.setdefault("id", IdConverter)
    specification = specification_of(app)
    for mount in mounts:
        options = {
            "name": f"{mount.name}_api",
            "url_prefix": f"{app.config['API_PREFIX'].rstrip('/')}/{mount.name}",
        }
        if mount.subdomain:
            options["subdomain"] = mount.subdomain
        specification.register_blueprint(blueprint, **options)
        specification.titles[options["name"]] = mount.title or ""
