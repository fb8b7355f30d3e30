"""The landing page. Its text is in `templates/home/index.html`."""

from __future__ import annotations

from flask import current_app, render_template

from flask_modular import access

from . import module
from .overview import make_overview

module.menu("Home", ".index", order=0)


@module.get("/")
@access.public
def index() -> str:
    """Show the landing page, and below it, in development only, what the project is made of."""
    overview = make_overview() if current_app.debug else None
    return render_template("home/index.html", overview=overview)
