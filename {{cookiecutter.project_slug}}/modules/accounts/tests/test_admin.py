"""People, roles and tokens, for administrators."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import url_for
from flask_mailman import EmailMessage
from sqlalchemy import select, text

from flask_modular import db
from flask_modular.html import Page
from modules.accounts.services import Role, Token, User, create_token, find_user, role_named

Open = Callable[..., Page]
LOCKED_OUT = "This would lock you out"


def url(name: str, view: str, **values: Any) -> str:
    return url_for(f"admin_accounts_{name}.{view}_view", _external=False, **values)


def me() -> User:
    """Return who opens the pages."""
    found = find_user("everything@example.com")
    assert found is not None
    return found


def test_somebody_new_gets_a_mail_to_set_the_password_with(
    page: Open, mails: list[EmailMessage]
) -> None:
    editor = role_named("editor", ["notes.*"])
    db.session.commit()
    form = page(url("user", "index")).follow("New entry")
    assert not form.select(type="password")
    shown = form.submit({"email": "Ben@Example.com", "roles": str(editor.id)})
    assert "A mail is on its way to ben@example.com" in shown.text
    assert [mail.to for mail in mails] == [["ben@example.com"]]
    ben = find_user("ben@example.com")
    assert ben is not None
    assert (ben.password, [role.name for role in ben.roles]) == (None, ["editor"])


@pytest.mark.parametrize(
    ("email", "says"),
    [("nobody", "is no mail address"), ("ADA@example.com", "has an account already")],
)
def test_an_address_that_cannot_be_is_refused(
    page: Open, ada: User, mails: list[EmailMessage], email: str, says: str
) -> None:
    refused = page(url("user", "create")).submit({"email": email})
    assert says in refused.text
    assert mails == []


def test_who_is_deactivated_is_out_at_once(page: Open, ada: User) -> None:
    create_token(ada, "test", ["*"])
    before = ada.fs_uniquifier
    page(url("user", "edit", id=ada.id)).submit({"active": None})
    db.session.refresh(ada)
    assert (ada.active, ada.tokens) == (False, [])
    assert ada.fs_uniquifier != before


def test_many_are_deactivated_after_a_question_and_activated(page: Open, ada: User) -> None:
    listed = page(url("user", "index"))
    keys = [str(ada.id), str(me().id)]
    question = listed.submit({"rowid": keys, "action": "deactivate"})
    assert ada.active
    done = question.submit({"rowid": keys, "confirmed": "1"})
    assert "1 account is deactivated." in done.text
    db.session.refresh(ada)
    assert (ada.active, me().active) == (False, True)
    assert "1 account is active." in done.submit({"rowid": keys[:1], "action": "activate"}).text


def test_an_account_is_deleted_and_the_log_forgets_whose_it_was(page: Open, ada: User) -> None:
    number = ada.id
    ada.name = "Ada Lovelace"
    db.session.commit()
    question = page(url("user", "details", id=number)).follow("Delete")
    assert "It was deleted." in question.submit().text
    assert find_user("ada@example.com") is None
    rows = db.session.execute(text("SELECT label, fields FROM admin_change"))
    assert "ada" not in str(rows.all()).lower()


def test_who_lost_the_second_factor_is_let_in_again_and_told(
    page: Open, ada: User, mails: list[EmailMessage]
) -> None:
    ada.totp_secret = "encrypted"
    db.session.commit()
    assert "Two-factor authentication yes" in page(url("user", "details", id=ada.id)).text
    chosen = {"rowid": str(ada.id), "action": "two_factor_off"}
    done = page(url("user", "index")).submit(chosen).submit({**chosen, "confirmed": "1"})
    assert "It is off for 1 account." in done.text
    db.session.refresh(ada)
    assert ada.totp_secret is None
    [mail] = mails
    assert (mail.to, mail.subject) == ([ada.email], "Two-factor authentication is off")
    page(url("user", "index")).submit(chosen).submit({**chosen, "confirmed": "1"})
    assert len(mails) == 1


def test_nobody_locks_themselves_out(page: Open) -> None:
    role = me().roles[0]
    mine = url("user", "edit", id=me().id)
    assert LOCKED_OUT in page(mine).submit({"active": None, "roles": str(role.id)}).text
    assert LOCKED_OUT in page(mine).submit({"roles": []}).text
    edit = url("role", "edit", id=role.id)
    assert LOCKED_OUT in page(edit).submit({"permissions": "notes.*"}).text
    assert LOCKED_OUT in page(url("role", "delete", id=role.id)).submit().text
    assert LOCKED_OUT in page(url("user", "delete", id=me().id)).submit().text
    assert page(mine).status == 200


def test_permissions_of_a_role_are_patterns(page: Open) -> None:
    given = {"name": "author", "permissions": "notes.*\n\n *.read\nnotes.*"}
    page(url("role", "create")).submit(given)
    author = db.session.scalar(select(Role).where(Role.name == "author"))
    assert author is not None
    assert author.permissions == ["notes.*", "*.read"]


@pytest.mark.parametrize("text", ["[a-z]", "notes.", "notes?"])
def test_what_is_no_pattern_is_refused(page: Open, text: str) -> None:
    refused = page(url("role", "create")).submit({"name": "editor", "permissions": text})
    assert "is no pattern of permissions" in refused.text
    assert db.session.scalar(select(Role).where(Role.name == "editor")) is None


def test_a_token_is_shown_without_its_secret_and_revoked(page: Open, ada: User) -> None:
    token, secret = create_token(ada, "backup", ["*.read"])
    db.session.commit()
    details = page(url("token", "index", q="ada@ backup")).follow("ada@example.com")
    assert token.prefix in details.text
    assert secret not in details.response.text
    assert token.digest not in details.response.text
    details.follow("Delete").submit()
    assert db.session.scalar(select(Token).where(Token.name == "backup")) is None
    assert page(url("token", "index") + "new/").status == 404
