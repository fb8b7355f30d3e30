"""Limits on guessing passwords, and on having mails sent to others."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from werkzeug.test import TestResponse

from modules.accounts.services import User, create_user
from modules.accounts.tests.conftest import PASSWORD

Limit = Any


@pytest.fixture
def limit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Return a function that sets a limit."""

    def set_limit(kind: str, text: str) -> None:
        monkeypatch.setitem(app.config, f"ACCOUNTS_{kind}_LIMIT", text)

    return set_limit


def sign_in(
    client: FlaskClient, password: str, email: str = "ada@example.com", address: str = "192.0.2.1"
) -> TestResponse:
    given = {"email": email, "password": password}
    return client.post("/accounts/login", json=given, environ_base={"REMOTE_ADDR": address})


@pytest.fixture
def locked(visitor: FlaskClient, ada: User, limit: Limit) -> FlaskClient:
    """Return a client that has guessed Ada's password too often, from one address."""
    limit("ACCOUNT", "2 per hour")
    for _ in range(2):
        assert sign_in(visitor, "wrong").status_code == 401
    return visitor


def test_after_too_many_guesses_the_right_password_does_not_help(locked: FlaskClient) -> None:
    response = sign_in(locked, PASSWORD, email="ADA@example.com")
    assert response.status_code == 429
    assert response.mimetype == "application/problem+json"
    assert 3500 < int(response.headers["Retry-After"]) <= 3600


def test_others_may_sign_in_from_there(locked: FlaskClient) -> None:
    create_user("ben@example.com", PASSWORD)
    assert sign_in(locked, PASSWORD, email="ben@example.com").status_code == 200


def test_the_account_is_open_to_its_owner_elsewhere(locked: FlaskClient) -> None:
    assert sign_in(locked, PASSWORD, address="192.0.2.2").status_code == 200


def test_an_account_that_is_none_is_limited_alike(locked: FlaskClient) -> None:
    answers = [sign_in(locked, "wrong", email="nobody@example.com").status_code for _ in range(3)]
    assert answers == [401, 401, 429]


def test_a_network_of_ipv6_is_one_address(visitor: FlaskClient, ada: User, limit: Limit) -> None:
    limit("ACCOUNT", "1 per hour")
    sign_in(visitor, "wrong", address="2001:db8::1")
    assert sign_in(visitor, PASSWORD, address="2001:db8::ffff").status_code == 429
    assert sign_in(visitor, PASSWORD, address="2001:db8:0:1::1").status_code == 200


def test_who_signs_in_starts_anew(visitor: FlaskClient, ada: User, limit: Limit) -> None:
    limit("ACCOUNT", "2 per hour")
    for password, status in (("wrong", 401), (PASSWORD, 200), ("wrong", 401), ("wrong", 401)):
        assert sign_in(visitor, password).status_code == status
        visitor.delete_cookie("session")


def test_one_address_cannot_try_one_password_on_all(visitor: FlaskClient, limit: Limit) -> None:
    limit("ADDRESS", "2 per hour")
    for number in range(2):
        assert sign_in(visitor, "wrong", email=f"{number}@example.com").status_code == 401
    assert sign_in(visitor, "wrong", email="2@example.com").status_code == 429


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("/accounts/verify", {"password": "wrong"}),
        ("/accounts/change", {"password": "wrong", "new_password": "another horse"}),
    ],
)
def test_a_stolen_session_cannot_guess_on(
    signed_in: FlaskClient, csrf: dict[str, str], limit: Limit, url: str, body: dict[str, str]
) -> None:
    limit("ACCOUNT", "2 per hour")
    answers = [signed_in.post(url, json=body, headers=csrf).status_code for _ in range(3)]
    assert answers == [422, 422, 429]


@pytest.mark.parametrize("url", ["/accounts/confirm", "/accounts/reset"])
@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_nobody_is_flooded_with_mails(
    visitor: FlaskClient, ada: User, limit: Limit, url: str, email: str
) -> None:
    limit("MAIL", "2 per hour")
    answers = [visitor.post(url, json={"email": email}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_nobody_writes_to_the_whole_world(
    visitor: FlaskClient, mails: list[EmailMessage], limit: Limit
) -> None:
    limit("MAILS", "2 per hour")
    for number in range(3):
        given = {"email": f"{number}@example.com", "password": PASSWORD}
        visitor.post("/accounts/register", json=given)
    assert len(mails) == 2


def test_a_storage_that_is_gone_keeps_nobody_out(
    app: Flask, visitor: FlaskClient, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://127.0.0.1:1")
    assert sign_in(visitor, PASSWORD).status_code == 200
