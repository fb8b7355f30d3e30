"""The log: who changed what, by whichever way."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from flask_modular import current_registry, db
from modules.accounts.services import Role, User, role_named
from modules.admin.models import Change

from .conftest import Open

pytestmark = pytest.mark.usefixtures("db_session")


def last() -> Change:
    """Return the latest entry."""
    found = db.session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    db.session.refresh(found)
    return found


def test_a_page_says_who_changed_what_and_from_where(page: Open, root: str) -> None:
    role = role_named("editor", ["notes.read"])
    db.session.commit()
    edit = page(f"{root}accounts/role/edit/?id={role.id}")
    shown = edit.submit({"name": "author", "permissions": "notes.*"})
    entry = last()
    assert entry.fields == {
        "name": ["editor", "author"],
        "permissions": ["notes.read", "notes.*"],
    }
    assert (entry.action, entry.model, entry.key) == ("changed", "accounts.role", str(role.id))
    assert entry.who.startswith("user:")
    assert entry.source == "admin_accounts_role.edit_view"
    history = shown.follow("Who changed this").text
    assert "name: editor → author" in history
    assert "everything@example.com" in history


def test_the_request_is_named(client: FlaskClient, page: Open, root: str) -> None:
    url = f"{root}accounts/role/new/"
    token = page(url).select(name="csrf_token")[0].attributes["value"]
    data = {"name": "editor", "csrf_token": token}
    client.post(url, data=data, headers={"X-Request-ID": "abc-123"})
    entry = last()
    assert (entry.action, entry.model, entry.label) == ("created", "accounts.role", "editor")
    assert entry.request_id == ("abc-123" if "ops" in current_registry().modules else "")


def test_a_command_is_named(app: Flask) -> None:
    db.session.add(User(email="ada@example.com"))
    db.session.commit()
    app.test_cli_runner().invoke(args=["user", "promote", "ada@example.com"])
    entry = last()
    assert (entry.who, entry.model, entry.label) == ("", "accounts.user", "ada@example.com")
    assert entry.source.endswith("user promote")
    assert entry.fields == {"roles": ["", "admin"]}


def test_secrets_are_left_out() -> None:
    user = User(email="ada@example.com", password="first secret")
    db.session.add(user)
    db.session.commit()
    assert last().fields["password"] == [None, "…"]
    user.password = "second secret"
    db.session.commit()
    assert last().fields == {"password": ["…", "…"]}
    user.fs_uniquifier = "third secret"
    db.session.commit()
    assert "secret" not in str(last().fields)


def test_what_it_was_is_known_after_a_commit_has_forgotten_it() -> None:
    role = Role(name="editor", permissions=[])
    db.session.add(role)
    db.session.commit()
    role.name = "author"
    db.session.commit()
    assert last().fields == {"name": ["editor", "author"]}


def test_nothing_is_written_of_what_does_not_happen() -> None:
    db.session.add(Role(name="editor", permissions=[]))
    db.session.flush()
    db.session.rollback()
    assert db.session.scalars(select(Change)).all() == []


def test_a_row_that_is_gone_leaves_what_it_was() -> None:
    role = Role(name="editor", permissions=["notes.*"])
    db.session.add(role)
    db.session.commit()
    db.session.refresh(role)
    db.session.delete(role)
    db.session.commit()
    entry = last()
    assert (entry.action, entry.label) == ("deleted", "editor")
    assert entry.fields == {"name": ["editor", None], "permissions": ["notes.*", None]}


@pytest.mark.parametrize(
    ("statement", "action"),
    [(update(User).values(active=False), "changed"), (delete(User), "deleted")],
)
def test_a_statement_about_many_rows_is_written_down(statement: Any, action: str) -> None:
    db.session.execute(statement)
    db.session.commit()
    entry = last()
    assert (entry.action, entry.model, entry.key) == (action, "accounts.user", "")
    assert "accounts_user" in entry.fields["SQL"][1]


def test_what_is_not_worth_an_entry_gets_none(client: FlaskClient) -> None:
    before = len(db.session.scalars(select(Change)).all())
    client.get("/accounts/session")  # marks the use of its token
    assert len(db.session.scalars(select(Change)).all()) == before
