"""The API: one specification of all modules' endpoints, problem documents, limits."""

from flask import Flask

from flask_modular import Module, Part

# Folders of other names than those of pages, which a project without pages does not have.
module = Module(__name__, url_prefix="/api", template_folder="pages", static_folder="assets")


@module.collects("api")
def collect_api(app: Flask, part: Part) -> None:
    """Mount a module's endpoints under the API's prefix, once for each of its mounts."""
    from .mounting import mount_part  # late: it brings the libraries

    mount_part(app, part)
