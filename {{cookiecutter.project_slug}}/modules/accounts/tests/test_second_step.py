"""Two-factor authentication, for programs."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from flask_modular import db
from modules.accounts import second_step
from modules.accounts.models import RecoveryCode
from modules.accounts.services import User
from modules.accounts.tests.conftest import PASSWORD, code_of

RIGHT = {"email": "ada@example.com", "password": PASSWORD}


def sign_in(client: FlaskClient, **more: str) -> Any:
    return client.post("/accounts/login", json={**RIGHT, **more})


@pytest.mark.parametrize("more", [{}, {"code": ""}, {"code": "000000"}, {"code": "x\u0661"}])
def test_a_password_alone_starts_no_session(
    visitor: FlaskClient, secret: str, more: dict[str, str]
) -> None:
    response = sign_in(visitor, **more)
    assert response.status_code == 401
    assert "asks for a code" in response.get_json()["detail"]
    assert visitor.get("/accounts/session").get_json()["user"] is None


def test_who_does_not_know_the_password_learns_of_no_code(
    visitor: FlaskClient, secret: str
) -> None:
    response = sign_in(visitor, password="wrong", code=code_of(secret, later=1))
    assert "code" not in response.get_json()["detail"].partition("password/passcode")[2]


def test_password_and_code_start_one(visitor: FlaskClient, secret: str) -> None:
    assert sign_in(visitor, code=code_of(secret, later=1)).status_code == 200


def test_a_code_counts_once(app: Flask, visitor: FlaskClient, secret: str) -> None:
    code = code_of(secret, later=1)
    assert sign_in(visitor, code=code).status_code == 200
    assert sign_in(app.test_client(), code=code).status_code == 401


def test_a_recovery_code_does_so_too(app: Flask, visitor: FlaskClient, ada: User) -> None:
    secret = second_step.new_secret()
    codes = second_step.switch_on(ada, secret, code_of(secret))
    assert codes
    assert sign_in(visitor, code=codes[3]).status_code == 200
    assert sign_in(app.test_client(), code=codes[3]).status_code == 401


def test_a_leaked_database_shows_no_codes(app: Flask, ada: User, secret: str) -> None:
    key = second_step.key_of(secret).replace("-", "")
    assert key not in (ada.totp_secret or "")
    digests = db.session.scalars(select(RecoveryCode.digest)).all()
    assert {len(one) for one in digests} == {64}


def test_another_secret_key_leaves_the_recovery_codes(
    app: Flask, visitor: FlaskClient, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = second_step.new_secret()
    [first, *_] = second_step.switch_on(ada, secret, code_of(secret)) or []
    later = code_of(secret, later=1)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another one")
    assert sign_in(visitor, code=later).status_code == 401
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", ["a key for the tests"])
    assert sign_in(app.test_client(), code=later).status_code == 200
    assert sign_in(app.test_client(), code=first).status_code == 200
