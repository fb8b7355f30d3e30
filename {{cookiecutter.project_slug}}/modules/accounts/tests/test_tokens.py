"""Bearer tokens."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from flask_modular import ModularError, db
from modules.accounts.models import now
from modules.accounts.services import Token, User, create_token, deactivate
from modules.accounts.tests.conftest import PASSWORD, Ask, Bearer


def the_token() -> Token:
    return db.session.scalars(select(Token)).one()


def test_a_token_says_who_it_is(visitor: FlaskClient, ada: User, bearer: Bearer) -> None:
    response = visitor.get("/accounts/session", headers=bearer("*.read"))
    assert response.get_json()["user"]["email"] == "ada@example.com"
    assert response.get_json()["scopes"] == ["*.read"]
    assert "Set-Cookie" not in response.headers


def test_a_scheme_is_written_as_one_likes(ask: Ask, bearer: Bearer) -> None:
    text = bearer()["Authorization"].partition(" ")[2]
    assert ask("notes.write", headers={"Authorization": f"bEaReR  {text}"}) is None


def revoke(token: Token) -> None:
    db.session.delete(token)


def expire(token: Token) -> None:
    token.expires_at = now() - timedelta(seconds=1)


def lock_out(token: Token) -> None:
    token.user.active = False


@pytest.mark.parametrize("end", [revoke, expire, lock_out])
def test_a_token_that_has_ended_is_like_an_unknown_one(ask: Ask, bearer: Bearer, end: Any) -> None:
    headers = bearer()
    end(the_token())
    refusal = ask("notes.read", headers=headers)
    assert refusal is not None
    assert refusal.description == "The token is unknown, revoked or expired."
    assert 'error="invalid_token"' in dict(refusal.get_headers())["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer \xff", "Bearer " + "x" * 5000, "Token abc", "Digest a=b"],
)
def test_what_is_no_token_is_refused(visitor: FlaskClient, header: str) -> None:
    response = visitor.get("/accounts/session", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"


def test_a_password_is_taken_nowhere_but_where_tokens_are_made(ask: Ask, ada: User) -> None:
    both = base64.b64encode(f"{ada.email}:{PASSWORD}".encode()).decode()
    refusal = ask("notes.read", headers={"Authorization": f"Basic {both}"})
    assert refusal is not None
    assert (refusal.code, refusal.description) == (
        401,
        "Send a bearer token: Authorization: Bearer …",
    )


def test_scopes_narrow_what_somebody_may(ask: Ask, bearer: Bearer) -> None:
    headers = bearer("notes.*", role=("*",))
    assert ask("notes.delete", headers=headers) is None
    assert getattr(ask("users.delete", headers=headers), "code", None) == 403


def test_scopes_widen_nothing(ask: Ask, bearer: Bearer) -> None:
    assert getattr(ask("notes.delete", headers=bearer("*")), "code", None) == 403


def test_a_leaked_database_opens_nothing(bearer: Bearer) -> None:
    text = bearer()["Authorization"].partition(" ")[2]
    row = db.session.execute(select(Token.__table__)).one()
    secret = text.removeprefix(the_token().prefix)
    assert len(secret) > 30
    assert secret not in str(row)


def test_the_last_use_is_marked_to_the_minute(ask: Ask, bearer: Bearer) -> None:
    headers = bearer()
    assert the_token().last_used_at is None
    ask("notes.read", headers=headers)
    db.session.refresh(the_token())
    assert the_token().last_used_at is not None
    earlier = now() - timedelta(seconds=30)
    for moment, marked in ((earlier, False), (now() - timedelta(seconds=90), True)):
        the_token().last_used_at = moment
        ask("notes.read", headers=headers)
        db.session.refresh(the_token())
        assert (the_token().last_used_at != moment) is marked


def test_a_deactivated_account_does_not_get_its_tokens_back(
    ask: Ask, bearer: Bearer, ada: User
) -> None:
    headers = bearer()
    deactivate(ada)
    db.session.commit()
    ada.active = True
    assert ask("notes.read", headers=headers) is not None


def test_settings_say_how_a_token_begins_and_ends(
    app: Flask, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_TOKEN_PREFIX", "shop")
    monkeypatch.setitem(app.config, "ACCOUNTS_TOKEN_DAYS", 2)
    token, text = create_token(ada, "test", ["*"])
    assert text.startswith("shop_")
    assert timedelta(days=1) < token.expires_at - now() <= timedelta(days=2)


@pytest.mark.parametrize(("name", "scope"), [("", "*"), ("x" * 101, "*"), ("test", "no pattern")])
def test_a_token_that_cannot_be_kept_is_not_made(ada: User, name: str, scope: str) -> None:
    with pytest.raises(ModularError):
        create_token(ada, name, [scope])
