"""Who opens the pages, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import db
from flask_modular.html import Page
from modules.accounts.services import Role, User, create_token
from modules.admin.pages import pages_of

Open = Callable[..., Page]


@pytest.fixture
def root(app: Flask) -> str:
    """Return where the pages begin, such as `/admin/`."""
    return f"{pages_of(app).admin.url}/"


@pytest.fixture
def member(visitor: FlaskClient) -> FlaskClient:
    """Return a client of somebody who is signed in and may do what members may."""
    _, text = create_token(User(email="member@example.com"), "test", ["*"])
    db.session.commit()
    visitor.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    return visitor


@pytest.fixture
def roles(db_session: Any) -> list[Role]:
    """Return some roles: `role 00`, `role 01` and so on."""
    found = [Role(name=f"role {number:02}", permissions=["*.read"]) for number in range(25)]
    db.session.add_all(found)
    db.session.commit()
    return found
