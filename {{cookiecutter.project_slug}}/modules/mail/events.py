from __future__ import annotations

from flask import Flask
from flask_mailman import Mail

from . import module
from .delivery import transport


@module.ready
def init_mail(app: Flask) -> None:
    """Set up Flask-Mailman, as the URL says where there is one."""
    app.config.setdefault("MAIL_TIMEOUT", 10)  # seconds; without it a dead server holds on forever
    app.config.update(transport(app))
    Mail().init_app(app)
