"""What has expired is deleted, and nothing else."""

import pytest
from flask import Flask
from sqlalchemy import select

from flask_modular import db
from modules.accounts.models import Session
from modules.accounts.services import Token

pytestmark = pytest.mark.usefixtures("expired")


def run(app: Flask, *args: str) -> str:
    return app.test_cli_runner().invoke(args=["token", "prune", *args]).output


def left() -> tuple[list[str], list[str]]:
    """Return the names of the tokens and the browsers of the sessions that are there."""
    tokens = select(Token.name).order_by(Token.name)
    sessions = select(Session.agent).order_by(Session.agent)
    return list(db.session.scalars(tokens)), list(db.session.scalars(sessions))


def test_a_setting_says_how_long_a_token_is_kept(app: Flask) -> None:
    assert run(app) == "Deleted 1 token and 1 session.\n"
    assert left() == (["lately", "now"], ["now"])


def test_an_operator_may_say_so(app: Flask) -> None:
    assert run(app, "--older-than-days", "0") == "Deleted 2 tokens and 1 session.\n"
    assert left() == (["now"], ["now"])
    assert run(app, "--older-than-days", "0") == "Deleted 0 tokens and 0 sessions.\n"
