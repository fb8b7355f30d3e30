"""The client for pages: `{{ live_script() }}` in a template connects its page."""

from __future__ import annotations

from flask import current_app, request, url_for
from markupsafe import Markup

from flask_modular import current_registry

from . import module


@module.app_template_global()
def live_script() -> Markup:
    """Return the element that loads the client; scripts after it find `window.live`."""
    source = url_for(current_registry().endpoint("live", ".static"), filename="live.js")
    path = request.script_root + current_app.config["LIVE_PATH"]
    tag = Markup('<script type="module" src="{}" data-live="{}"></script>')
    return tag.format(source, path)
