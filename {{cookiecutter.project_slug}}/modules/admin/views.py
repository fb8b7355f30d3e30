"""The first page: all others, by their modules."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from flask_modular import access, current_registry, may

from . import module
from .pages import ACCESS, current_pages, link

module.menu("Administration", ".index", order=900, icon="sliders", visible=lambda: may(ACCESS))


@module.get("/")
@access("admin.access")
def index() -> str:
    return render_template("admin/home.html")


@module.app_context_processor
def helpers() -> dict[str, Any]:
    """Let templates of every page here link to the others."""
    return {"admin_groups": lambda: current_pages().groups(), "admin_link": link, "admin_url": url}


def url(name: str, **values: Any) -> str:
    """Return the URL of a view of this module; the other pages stand on blueprints of their own."""
    return url_for(current_registry().endpoint(module.name, f".{name}"), **values)
