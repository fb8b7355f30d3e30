"""The role that every project has."""

from flask import Flask
from sqlalchemy import select

from flask_modular import db
from modules.accounts.services import Role


def test_seeds_make_the_role_of_admins_once(app: Flask, db_session: object) -> None:
    for _ in range(2):
        app.test_cli_runner().invoke(args=["seed", "accounts"])
    roles = db.session.scalars(select(Role)).all()
    assert [(role.name, role.permissions) for role in roles] == [("admin", ["*"])]


def test_seeds_say_how_to_make_an_administrator_until_there_is_one(
    app: Flask, db_session: object
) -> None:
    flask = app.test_cli_runner()
    assert "flask user promote" in flask.invoke(args=["seed", "accounts"]).output
    flask.invoke(args=["user", "create", "ada@example.com", "--link"])
    flask.invoke(args=["user", "promote", "ada@example.com"])
    assert flask.invoke(args=["seed", "accounts"]).output == "Seeded accounts.\n"
