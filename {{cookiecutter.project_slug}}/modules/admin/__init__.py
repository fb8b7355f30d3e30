"""Administration: pages for administrators, from each module's `admin.py`."""

from flask import Flask

from flask_modular import Module, Part

module = Module(__name__)


@module.collects("admin")
def collect_admin(app: Flask, part: Part) -> None:
    """Put the pages of a module on an application."""
    from .pages import pages_of

    pages_of(app).collect(part)
