"""Two-factor authentication, in a browser."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from passlib.totp import TOTP

from flask_modular import db
from flask_modular.html import Page
from modules.accounts.services import User
from modules.accounts.tests.conftest import PASSWORD, Browse, code_of

Enter = Callable[..., Page]


def who(client: FlaskClient) -> object:
    return client.get("/accounts/session").get_json()["user"]


def codes_on(page: Page) -> list[str]:
    return re.findall(r"\b(?:[a-z2-7]{4}-){3}[a-z2-7]{4}\b", page.text)


def test_it_is_switched_on_with_a_code_of_the_authenticator(
    ada_at: Browse, ada: User, enter: Enter, mails: list[EmailMessage]
) -> None:
    form = ada_at("/accounts/").follow("Switch on")
    assert form.select("img", alt="QR code for the authenticator")
    code = TOTP(form.select("code", id="key")[0].text).generate().token
    refused = form.submit({"code": "000000", "password": PASSWORD})
    assert "This code is not right." in refused.text
    assert ada.totp_secret is None
    assert len(codes_on(refused.submit({"code": code, "password": PASSWORD}))) == 10
    assert mails[-1].subject == "Two-factor authentication is on"
    ada_at("/").submit(action="/accounts/sign-out")
    assert enter().url == "/accounts/sign-in/code"


def test_it_takes_the_password_to_switch_it_on_or_off(
    ada_at: Browse, ada: User, visitor: FlaskClient
) -> None:
    form = ada_at("/accounts/two-factor/on")
    code = TOTP(form.select("code", id="key")[0].text).generate().token
    assert "not your password" in form.submit({"code": code, "password": "wrong"}).text
    form.submit({"code": code, "password": PASSWORD})
    off = ada_at("/accounts/two-factor").follow("Switch it off")
    assert "not your password" in off.submit({"password": "wrong"}).text
    db.session.refresh(ada)
    assert ada.totp_secret
    assert "Two-factor authentication is off." in off.submit({"password": PASSWORD}).text
    db.session.refresh(ada)
    assert ada.totp_secret is None
    assert not ada.recovery_codes


def test_the_password_alone_opens_nothing(
    visitor: FlaskClient, browse: Browse, secret: str, enter: Enter
) -> None:
    form = enter(url="/accounts/sign-in?next=/accounts/sessions", remember="y")
    assert who(visitor) is None
    assert browse("/accounts/").url.startswith("/accounts/sign-in")
    assert visitor.get_cookie("remember_token") is None
    shown = form.submit({"code": code_of(secret, later=1)})
    assert shown.url == "/accounts/sessions"
    assert visitor.get_cookie("remember_token")


def test_a_code_without_the_password_is_asked_for_from_nobody(browse: Browse, secret: str) -> None:
    assert browse("/accounts/sign-in/code").url == "/accounts/sign-in"


def test_a_code_counts_once(secret: str, enter: Enter, visitor: FlaskClient) -> None:
    code = code_of(secret, later=1)
    enter().submit({"code": code}).submit(action="/accounts/sign-out")
    again = enter().submit({"code": code})
    assert "was used already" in again.text
    assert who(visitor) is None


def test_a_recovery_code_replaces_the_authenticator_once(
    ada_at: Browse, secret: str, enter: Enter, visitor: FlaskClient
) -> None:
    code, *_ = codes_on(ada_at("/accounts/two-factor").submit({"password": PASSWORD}))
    ada_at("/").submit(action="/accounts/sign-out")
    assert enter().submit({"code": code.upper()}).url == "/accounts/"
    assert "There are 9 recovery codes left." in ada_at("/accounts/two-factor").text
    ada_at("/").submit(action="/accounts/sign-out")
    assert "was used already" in enter().submit({"code": code}).text


def test_codes_are_guessed_a_few_times_only_from_wherever(
    app: Flask, secret: str, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_ACCOUNT_LIMIT", "2 per hour")
    for number in (1, 2):
        app.test_client()  # each attempt from another address, with the right password
        page = enter(url="/accounts/sign-in")
        page.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert "not right" in page.submit({"code": "000000"}).text
    page.client.environ_base["REMOTE_ADDR"] = "192.0.2.3"
    assert page.submit({"code": code_of(secret, later=1)}).status == 429


def test_a_code_comes_soon_after_the_password(
    visitor: FlaskClient, secret: str, enter: Enter
) -> None:
    form = enter()
    with visitor.session_transaction() as session:
        session["accounts_waiting"]["since"] -= 3600
        session.modified = True
    assert form.submit({"code": code_of(secret, later=1)}).url == "/accounts/sign-in"
    assert who(visitor) is None
