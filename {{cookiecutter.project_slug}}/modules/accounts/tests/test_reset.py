"""A new password for somebody who has forgotten the old one."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage

from flask_modular import db
from modules.accounts.services import User
from modules.accounts.tests.conftest import PASSWORD, Ask, Bearer, path_in, sign_in

Mails = list[EmailMessage]
NEW = {"password": "battery staple horse"}
OTHER = {"password": "another battery horse"}


def forgot(client: FlaskClient, email: str = "ada@example.com") -> tuple[int, str]:
    response = client.post("/accounts/reset", json={"email": email})
    return response.status_code, response.text


@pytest.fixture
def link(app: Flask, ada: User, mails: Mails) -> str:
    """Return the path in the mail that Ada has asked for."""
    forgot(app.test_client())
    return path_in(mails[-1])


def test_the_link_takes_a_new_password(visitor: FlaskClient, link: str) -> None:
    assert "POST" in visitor.get(link).get_json()["message"]
    assert visitor.post(link, json=NEW).status_code == 200
    assert sign_in(visitor, PASSWORD) == 401
    assert sign_in(visitor, NEW["password"]) == 200


def test_the_link_works_once(visitor: FlaskClient, link: str) -> None:
    visitor.post(link, json=NEW)
    assert visitor.post(link, json=OTHER).status_code == 404
    assert sign_in(visitor, NEW["password"]) == 200


def test_a_later_link_does_not_outlive_the_change(
    visitor: FlaskClient, link: str, mails: Mails
) -> None:
    forgot(visitor)
    later = path_in(mails[-1])
    visitor.post(link, json=NEW)
    assert visitor.post(later, json=OTHER).status_code == 404


def test_the_link_signs_nobody_in(visitor: FlaskClient, link: str) -> None:
    visitor.post(link, json=NEW)
    assert visitor.get("/accounts/session").get_json()["user"] is None


def test_sessions_and_tokens_end(
    app: Flask, signed_in: FlaskClient, link: str, bearer: Bearer, ask: Ask
) -> None:
    headers = bearer()
    app.test_client().post(link, json=NEW)
    assert signed_in.get("/accounts/session").get_json()["user"] is None
    assert getattr(ask("notes.read", headers=headers), "code", None) == 401


def test_the_owner_learns_of_it(visitor: FlaskClient, link: str, mails: Mails) -> None:
    visitor.post(link, json=NEW)
    assert (mails[-1].subject, mails[-1].to) == ("Your password was reset", ["ada@example.com"])


def test_whether_there_is_an_account_is_not_said(
    visitor: FlaskClient, ada: User, mails: Mails
) -> None:
    assert forgot(visitor) == forgot(visitor, "nobody@example.com")
    assert [mail.to for mail in mails] == [["ada@example.com"]]


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_it_takes_as_long_whether_or_not_there_is_one(
    visitor: FlaskClient, hashes: list[str], email: str
) -> None:
    forgot(visitor, email)
    assert len(hashes) == 1


def test_a_deactivated_account_cannot_be_reset(
    visitor: FlaskClient, link: str, ada: User, mails: Mails
) -> None:
    ada.active = False
    mails.clear()
    assert forgot(visitor)[0] == 200
    assert mails == []
    assert visitor.post(link, json=NEW).status_code == 404


def test_a_password_that_cannot_be_used_leaves_the_link_alive(
    visitor: FlaskClient, link: str
) -> None:
    assert visitor.post(link, json={"password": "too short"}).status_code == 422
    assert visitor.post(link, json={**NEW, "roles": ["admin"]}).status_code == 422
    assert visitor.post(link, json=NEW).status_code == 200


def test_a_link_ends(
    app: Flask, visitor: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECURITY_RESET_PASSWORD_WITHIN", timedelta(days=-1))
    assert visitor.get(link).status_code == 404
    assert visitor.post(link, json=NEW).status_code == 404


@pytest.mark.parametrize("token", ["x", "WyJ4Il0.aaaaaa.bbbbbb", "%00"])
def test_a_link_of_nobody_is_refused(visitor: FlaskClient, ada: User, token: str) -> None:
    assert visitor.post(f"/accounts/reset/{token}", json=NEW).status_code == 404


def test_the_link_of_an_address_does_not_confirm_another(
    visitor: FlaskClient, link: str, ada: User
) -> None:
    ada.confirmed_at = None
    assert visitor.get(link.replace("/reset/", "/confirm/")).status_code == 404
    db.session.refresh(ada)
    assert ada.confirmed_at is None
