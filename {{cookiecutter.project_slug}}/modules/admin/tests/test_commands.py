from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from flask_modular import db
from modules.admin.models import Change, now

pytestmark = pytest.mark.usefixtures("db_session")


def prune(app: Flask, *args: str) -> str:
    """Run the command on a log with an entry of today, one of last month and one of years ago."""
    for days in (0, 30, 1_000):
        db.session.add(Change(action="changed", model="x", at=now() - timedelta(days=days)))
    db.session.commit()
    return app.test_cli_runner().invoke(args=["admin", "prune", *args]).output


def left() -> int:
    return len(db.session.scalars(select(Change)).all())


def test_a_setting_says_what_is_old(app: Flask) -> None:
    assert prune(app) == "Deleted 1 change from the log.\n"
    assert left() == 2


def test_an_operator_may_say_what_is_old(app: Flask) -> None:
    assert prune(app, "--older-than-days", "7") == "Deleted 2 changes from the log.\n"
    assert left() == 1
