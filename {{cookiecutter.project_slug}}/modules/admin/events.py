"""What is settled once, when the application starts."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import update

from flask_modular import db, has
from flask_modular.values import check_numbers
from modules.accounts.services import User, personal_data

from . import changes, module
from .models import Change
from .pages import pages_of

MOST_DAYS = 36_500


def forget(user: User) -> None:
    """Leave of somebody whose account goes only that something was changed."""
    about = update(Change).where(Change.model == "accounts.user", Change.key == str(user.id))
    db.session.execute(about.values(label="", fields={}))


personal_data(module, erase=forget)


@module.ready
def check_settings(app: Flask) -> None:
    """Refuse a number of days that makes no sense."""
    check_numbers(app.config, {"ADMIN_LOG_DAYS": (1, MOST_DAYS)})


@module.ready
def name_texts(app: Flask) -> None:
    """Have what pages make of names translated like what is written."""
    if has("i18n"):
        from modules.i18n.services import add_texts

        add_texts(app, pages_of(app).texts)


@module.ready
def begin_log(app: Flask) -> None:
    """Have changes to rows that have a page written down."""
    for view in pages_of(app).views:
        if getattr(view, "logged", False):
            changes.know_before(view.model)
