"""The commands of an operator."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from sqlalchemy import select

from flask_modular import db
from modules.accounts.services import Token, User, find_user
from modules.accounts.tests.conftest import PASSWORD, Ask, Bearer

pytestmark = pytest.mark.usefixtures("db_session")


def flask(app: Flask, *args: str, answers: str = "") -> str:
    """Run `flask user …` or `flask token …` and return what it prints."""
    db.session.commit()
    output = app.test_cli_runner().invoke(args=args, input=answers).output.strip()
    db.session.expire_all()
    return output


def test_create_asks_for_the_password(app: Flask, visitor: FlaskClient) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    output = flask(app, "user", "create", "Ben@Example.com", answers=typed)
    assert output.endswith("ben@example.com has an account.")
    assert PASSWORD not in output
    given = {"email": "ben@example.com", "password": PASSWORD}
    assert visitor.post("/accounts/login", json=given).status_code == 200


def test_create_prints_a_link_to_set_the_password_with(app: Flask, visitor: FlaskClient) -> None:
    path = flask(app, "user", "create", "ben@example.com", "--link").rpartition("localhost")[2]
    assert visitor.post(path, json={"password": PASSWORD}).status_code == 200
    given = {"email": "ben@example.com", "password": PASSWORD}
    assert visitor.post("/accounts/login", json=given).status_code == 200


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        ("nobody", PASSWORD, '"nobody" is no mail address; write one such as ada@example.com.'),
        ("ADA@example.com", PASSWORD, '"ada@example.com" has an account already.'),
        ("ben@example.com", "too short", "Password must be at least 10 characters"),
    ],
)
def test_create_refuses_what_cannot_be(
    app: Flask, ada: User, email: str, password: str, says: str
) -> None:
    output = flask(app, "user", "create", email, answers=f"{password}\n{password}\n")
    assert f"Error: {says}" in output
    assert [user.email for user in db.session.scalars(select(User))] == ["ada@example.com"]


def test_an_address_is_refused_before_a_password_is_asked_for(app: Flask, ada: User) -> None:
    assert "Password" not in flask(app, "user", "create", "ada@example.com")


def test_list_shows_roles_and_who_is_out(app: Flask, ada: User) -> None:
    flask(app, "user", "promote", "ada@example.com")
    flask(app, "user", "create", "b@example.com", "--link")
    flask(app, "user", "deactivate", "b@example.com")
    assert flask(app, "user", "list").splitlines() == [
        "ada@example.com  admin",
        "b@example.com    deactivated",
    ]


def test_list_of_nobody_says_so(app: Flask) -> None:
    assert flask(app, "user", "list") == "There are no users."


def test_an_admin_may_do_everything_until_demoted(
    app: Flask, ask: Ask, session: dict[str, str], ada: User
) -> None:
    assert flask(app, "user", "promote", "ada@example.com") == "ada@example.com is admin now: *."
    assert ask("notes.delete", headers=session) is None
    assert flask(app, "user", "demote", "ada@example.com") == "ada@example.com is not admin."
    assert ask("notes.delete", headers=session) is not None


def test_a_role_is_made_of_permissions(app: Flask, ada: User) -> None:
    promote = ("user", "promote", "ada@example.com", "editor")
    assert flask(app, *promote) == (
        'Error: There is no role "editor"; make it with --permission "notes.*".'
    )
    expected = "ada@example.com is editor now: notes.*."
    assert flask(app, *promote, "--permission", "notes.*") == expected
    assert flask(app, *promote) == expected
    assert "no pattern of permissions" in flask(app, *promote, "--permission", "all notes")


def test_deactivation_ends_sessions_and_tokens(
    app: Flask, signed_in: FlaskClient, bearer: Bearer, ask: Ask
) -> None:
    headers = bearer()
    assert flask(app, "user", "deactivate", "ada@example.com") == "ada@example.com is out."
    assert signed_in.get("/accounts/session").get_json()["user"] is None
    undone = flask(app, "user", "deactivate", "ada@example.com", "--undo")
    assert undone == "ada@example.com may sign in again."
    assert signed_in.get("/accounts/session").get_json()["user"] is None
    assert ask("notes.read", headers=headers) is not None
    given = {"email": "ada@example.com", "password": PASSWORD}
    assert app.test_client().post("/accounts/login", json=given).status_code == 200


@pytest.mark.parametrize(
    "args",
    [
        ("user", "promote", "nobody@example.com"),
        ("user", "demote", "nobody@example.com"),
        ("user", "deactivate", "nobody@example.com"),
        ("user", "two-factor-off", "nobody@example.com"),
        ("token", "create", "nobody@example.com", "test", "--scope", "*"),
        ("token", "list", "nobody@example.com"),
    ],
)
def test_somebody_unknown_is_named(app: Flask, args: tuple[str, ...]) -> None:
    assert flask(app, *args) == (
        'Error: There is no account of "nobody@example.com"; flask user list shows all.'
    )


def test_who_has_lost_everything_gets_in_with_the_password_and_is_told(
    app: Flask, ada: User, secret: str, mails: list[EmailMessage]
) -> None:
    given = {"email": ada.email, "password": PASSWORD}
    assert app.test_client().post("/accounts/login", json=given).status_code == 401
    says = "ada@example.com signs in with the password alone."
    assert flask(app, "user", "two-factor-off", "ada@example.com") == says
    assert app.test_client().post("/accounts/login", json=given).status_code == 200
    [mail] = mails
    assert (mail.to, mail.subject) == ([ada.email], "Two-factor authentication is off")


def test_create_prints_a_token_that_works(app: Flask, ada: User, ask: Ask) -> None:
    create = ("token", "create", "ada@example.com", "backup", "--scope", "notes.read")
    text = flask(app, *create, "--scope", "notes.write")
    headers = {"Authorization": f"Bearer {text}"}
    assert ask("notes.write", headers=headers) is None
    assert ask("news.write", headers=headers) is not None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "Missing option '--scope'"),
        (("--scope", "all notes"), 'has "all notes", which is no pattern of permissions'),
        (("--scope", "*", "--expires-in-days", "0"), "0 is not in the range 1<=x<=3650"),
    ],
)
def test_a_token_that_cannot_be_is_refused(
    app: Flask, ada: User, options: tuple[str, ...], says: str
) -> None:
    assert says in flask(app, "token", "create", "ada@example.com", "backup", *options)
    assert db.session.scalars(select(Token)).all() == []


def test_list_shows_all_but_the_token_itself(app: Flask, ada: User) -> None:
    assert flask(app, "token", "list") == "There are no tokens."
    text = flask(app, "token", "create", "ada@example.com", "backup", "--scope", "*.read")
    for output in (flask(app, "token", "list"), flask(app, "token", "list", "ADA@example.com")):
        assert "ada@example.com  backup  *.read" in output
        assert output.endswith("used never")
        assert text[-20:] not in output


def test_revoke_ends_a_token(app: Flask, ada: User, ask: Ask) -> None:
    text = flask(app, "token", "create", "ada@example.com", "backup", "--scope", "*")
    found = find_user("ada@example.com")
    assert found is not None
    number = str(found.tokens[0].id)
    assert flask(app, "token", "revoke", number).endswith("of ada@example.com is revoked.")
    assert ask("notes.read", headers={"Authorization": f"Bearer {text}"}) is not None
    assert flask(app, "token", "revoke", number) == (
        f"Error: There is no token {number}; flask token list shows all."
    )
