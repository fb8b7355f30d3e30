"""What is settled once, when the application starts."""

from __future__ import annotations

from flask import Flask

from flask_modular import ModularError

from . import changes, module
from .pages import pages_of

MOST_DAYS = 36_500


@module.ready
def check_settings(app: Flask) -> None:
    """Refuse a number of days that makes no sense."""
    days = app.config["ADMIN_LOG_DAYS"]
    if not 1 <= days <= MOST_DAYS:
        raise ModularError(f"FLASK_ADMIN_LOG_DAYS is {days}; write a number from 1 to {MOST_DAYS}.")


@module.ready
def begin_log(app: Flask) -> None:
    """Have changes to rows that have a page written down."""
    for view in pages_of(app).views:
        if getattr(view, "logged", False):
            changes.know_before(view.model)
