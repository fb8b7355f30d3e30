"""The site: layout, assets, menu, forms, CSRF protection and error pages."""

from flask import Flask

from flask_modular import Module, Part

module = Module(__name__)


@module.collects("views")
def collect_views(app: Flask, part: Part) -> None:
    """Import a module's views: they stand on its blueprint already."""
    part.load()
