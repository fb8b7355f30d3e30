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
