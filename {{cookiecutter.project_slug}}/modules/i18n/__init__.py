"""Languages: texts from catalogues, dates and numbers, and who reads them in which language."""

from flask import Flask

from flask_modular import Module, Part

from .catalogues import catalogues_of

module = Module(__name__)


@module.collects("translations")
def collect_translations(app: Flask, part: Part) -> None:
    """Remember where a module's catalogues are."""
    catalogues_of(app).folders[part.module.name] = part.folder / part.name
