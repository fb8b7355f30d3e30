"""Sign-up and confirmation, by request and by mail."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from sqlalchemy import select
from werkzeug.test import TestResponse

from flask_modular import db
from modules.accounts.services import User, find_user
from modules.accounts.tests.conftest import PASSWORD, path_in

Mails = list[EmailMessage]
BEN = {"email": "ben@example.com", "password": PASSWORD}


def sign_up(client: FlaskClient, **given: Any) -> TestResponse:
    return client.post("/accounts/register", json={**BEN, **given})


def signs_in(client: FlaskClient, password: str = PASSWORD) -> bool:
    given = {"email": "ben@example.com", "password": password}
    return client.post("/accounts/login", json=given).status_code == 200


@pytest.fixture
def link(visitor: FlaskClient, mails: Mails) -> str:
    """Return the path that confirms the address of Ben, who has signed up."""
    sign_up(visitor)
    return path_in(mails[-1])


def test_whoever_signs_up_gets_a_mail(visitor: FlaskClient, mails: Mails) -> None:
    response = sign_up(visitor, email="Ben@Example.com")
    assert response.status_code == 200
    assert response.get_json() == {"message": "A mail is on its way; follow the link in it."}
    assert [(mail.subject, mail.to) for mail in mails] == [
        ("Please confirm your address", ["ben@example.com"])
    ]


def test_addresses_for_tests_are_addresses(visitor: FlaskClient, mails: Mails) -> None:
    sign_up(visitor, email="ben@shop.test")
    assert [mail.to for mail in mails] == [["ben@shop.test"]]


def test_a_taken_address_is_told_to_its_owner_alone(
    visitor: FlaskClient, ada: User, mails: Mails
) -> None:
    before = ada.password
    new, taken = sign_up(visitor), sign_up(visitor, email="ADA@example.com")
    assert (new.status_code, new.get_json()) == (taken.status_code, taken.get_json())
    assert mails[-1].to == ["ada@example.com"]
    assert mails[-1].subject == "You have an account already"
    db.session.refresh(ada)
    assert ada.password == before


@pytest.mark.parametrize("email", ["ada@example.com", "ben@example.com"])
def test_it_takes_as_long_whether_or_not_the_address_is_taken(
    visitor: FlaskClient, hashes: list[str], email: str
) -> None:
    sign_up(visitor, email=email)
    assert len(hashes) == 1


def test_the_link_confirms(visitor: FlaskClient, link: str) -> None:
    assert not signs_in(visitor)
    assert visitor.get(link).status_code == 200
    assert signs_in(visitor)


def test_looking_whether_the_link_is_alive_does_not_confirm(
    visitor: FlaskClient, link: str
) -> None:
    assert visitor.head(link).status_code == 200
    assert not signs_in(visitor)


def test_the_link_may_be_opened_twice(visitor: FlaskClient, link: str) -> None:
    assert [visitor.get(link).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("token", ["x", "WyJ4Il0.aaaaaa.bbbbbb", "%00", "x" * 3000])
def test_a_link_of_nobody_is_refused(visitor: FlaskClient, token: str) -> None:
    response = visitor.get(f"/accounts/confirm/{token}")
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"


def test_a_link_ends(
    app: Flask, visitor: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECURITY_CONFIRM_EMAIL_WITHIN", timedelta(days=-1))
    assert visitor.get(link).status_code == 404
    assert not signs_in(visitor)


def test_the_mail_can_be_sent_again(visitor: FlaskClient, link: str, mails: Mails) -> None:
    mails.clear()
    visitor.post("/accounts/confirm", json={"email": "ben@example.com"})
    assert visitor.get(path_in(mails[0])).status_code == 200
    assert signs_in(visitor)


def test_whether_somebody_waits_for_a_mail_is_not_said(
    visitor: FlaskClient, link: str, ada: User, mails: Mails
) -> None:
    mails.clear()
    names = ("ben", "ada", "nobody")
    answers = [
        visitor.post("/accounts/confirm", json={"email": f"{name}@example.com"}) for name in names
    ]
    assert len({(one.status_code, one.text) for one in answers}) == 1
    assert [mail.to for mail in mails] == [["ben@example.com"]]


@pytest.mark.parametrize(
    "more",
    [{"roles": ["admin"]}, {"active": True}, {"confirmed_at": "2026-01-01"}, {"permissions": "*"}],
)
def test_nobody_gives_themselves_more(visitor: FlaskClient, more: dict[str, Any]) -> None:
    response = sign_up(visitor, **more)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == f"#/{min(more)}"
    assert find_user("ben@example.com") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "too short"},
        {"password": "x" * 129},
        {"password": " " * 20},
        {"password": "with\0in the middle"},
        {"password": None},
        {"password": 1234567890},
        {"email": "nobody"},
        {"email": "ben@example.com\nBcc: all@example.com"},
        {"email": ["ben@example.com"]},
        {"email": "b" * 250 + "@example.com"},
    ],
)
def test_what_cannot_be_used_is_pointed_at(
    visitor: FlaskClient, mails: Mails, wrong: dict[str, Any]
) -> None:
    response = sign_up(visitor, **wrong)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == f"#/{min(wrong)}"
    assert mails == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff", b"[" * 9999])
def test_a_body_that_cannot_be_read_is_refused(visitor: FlaskClient, body: bytes) -> None:
    response = visitor.post("/accounts/register", data=body, content_type="application/json")
    assert response.status_code in (400, 422)
    assert response.mimetype == "application/problem+json"
    assert db.session.scalars(select(User)).all() == []


def test_no_link_leads_where_the_request_says(
    app: Flask, visitor: FlaskClient, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SERVER_NAME", None)
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    for url, body in (("register", BEN), ("confirm", {"email": BEN["email"]})):
        visitor.post(f"/accounts/{url}", json=body, headers=headers)
    assert [path_in(mail)[:18] for mail in mails] == ["/accounts/confirm/"] * 2
    assert not [mail for mail in mails if "evil.example" in mail.body]
