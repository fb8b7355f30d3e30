"""What concerns the application as a whole: settings, and the way in for clients."""

from __future__ import annotations

from flask import Flask

from . import module
from .checking import check_settings


@module.ready
def open_gate(app: Flask) -> None:
    """Let clients connect.

    :raises ModularError: when a setting makes no sense.
    """
    from .gate import Gate

    check_settings(app.config)
    app.wsgi_app = Gate(app, app.wsgi_app)  # type: ignore[method-assign]
