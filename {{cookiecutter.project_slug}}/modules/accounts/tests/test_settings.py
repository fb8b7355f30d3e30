"""Wrong settings are refused when the application starts."""

from typing import Any

import pytest
from flask import Flask

from app import create_app
from flask_modular import ModularError
from modules.accounts.settings import check_settings


def test_the_defaults_are_right(app: Flask) -> None:
    check_settings(app.config)


def test_a_limit_is_written_as_the_library_reads_it(app: Flask) -> None:
    check_settings({**app.config, "ACCOUNTS_MAIL_LIMIT": "5/hour"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EVERYONE", ["notes read"]),
        ("MEMBERS", [7]),
        ("ACCOUNT_LIMIT", "often"),
        ("ADDRESS_LIMIT", "0 per hour"),
        ("MAIL_LIMIT", ""),
        ("MAIL_LIMIT", "2 per minute; 5 per hour"),
        ("MAILS_LIMIT", "5 per fortnight"),
        ("TOKEN_PREFIX", "my token"),
        ("TOKEN_PREFIX", ""),
        ("TOKEN_DAYS", 0),
        ("TOKEN_DAYS", 4000),
        ("KEEP_EXPIRED_DAYS", -1),
        ("PASSKEY_DOMAIN", "https://example.com"),
        ("PASSKEY_DOMAIN", "example.com:443"),
        ("PASSKEY_DOMAIN", "127.0.0.1"),
        ("PASSKEY_DOMAIN", "Example.com"),
    ],
)
def test_a_wrong_one_is_named(app: Flask, name: str, value: Any) -> None:
    with pytest.raises(ModularError, match=f"FLASK_ACCOUNTS_{name} "):
        check_settings({**app.config, f"ACCOUNTS_{name}": value})


def test_sign_up_can_be_closed() -> None:
    closed = create_app({"ACCOUNTS_SIGN_UP": False}).test_client()
    given = {"email": "ben@example.com", "password": "correct horse staple"}
    assert closed.post("/accounts/register", json=given).status_code == 404


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_to_stay_signed_in_is_for_https_where_the_session_is(secure: bool) -> None:
    app = create_app({"SESSION_COOKIE_SECURE": secure})
    assert app.config["REMEMBER_COOKIE_SECURE"] is secure
