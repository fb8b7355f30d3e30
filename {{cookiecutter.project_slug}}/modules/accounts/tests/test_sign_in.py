"""Sign-in and sign-out, with a session."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modules.accounts.services import User, deactivate
from modules.accounts.tests.conftest import PASSWORD

RIGHT = {"email": "ada@example.com", "password": PASSWORD}


def who(client: FlaskClient) -> Any:
    return client.get("/accounts/session").get_json()["user"]


def test_the_right_password_starts_a_session(visitor: FlaskClient, ada: User) -> None:
    response = visitor.post("/accounts/login", json={**RIGHT, "email": "Ada@Example.com"})
    assert response.get_json()["user"] == {"id": ada.id, "email": "ada@example.com"}
    assert who(visitor)["email"] == "ada@example.com"


def test_nobody_is_signed_in_at_first(visitor: FlaskClient) -> None:
    assert who(visitor) is None


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "no address"])
def test_what_is_wrong_is_not_said(visitor: FlaskClient, ada: User, email: str) -> None:
    response = visitor.post("/accounts/login", json={"email": email, "password": "wrong"})
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    problem.pop("request_id", None)
    assert problem == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Authentication failed - identity or password/passcode invalid",
    }


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_a_hash_is_computed_whether_or_not_there_is_an_account(
    visitor: FlaskClient, ada: User, email: str, hashes: list[str]
) -> None:
    visitor.post("/accounts/login", json={"email": email, "password": "wrong"})
    assert len(hashes) == 1


def test_only_who_knows_the_password_learns_that_the_address_is_not_confirmed(
    visitor: FlaskClient, ada: User
) -> None:
    ada.confirmed_at = None
    wrong = visitor.post("/accounts/login", json={**RIGHT, "password": "wrong"})
    assert "confirm" not in wrong.text
    assert "confirm" in visitor.post("/accounts/login", json=RIGHT).get_json()["detail"]
    assert who(visitor) is None


def test_a_deactivated_account_is_like_none(visitor: FlaskClient, ada: User) -> None:
    deactivate(ada)
    response = visitor.post("/accounts/login", json=RIGHT)
    assert response.status_code == 401
    assert response.get_json()["detail"].startswith("Authentication failed")


def test_deactivation_ends_a_session_at_once(signed_in: FlaskClient, ada: User) -> None:
    deactivate(ada)
    assert who(signed_in) is None


def test_a_csrf_token_from_before_the_sign_in_is_worth_nothing(
    visitor: FlaskClient, ada: User
) -> None:
    planted = visitor.get("/accounts/session").get_json()["csrf_token"]
    visitor.post("/accounts/login", json=RIGHT)
    refused = visitor.post("/accounts/logout", headers={"X-CSRFToken": planted})
    assert refused.status_code == 400
    assert who(visitor)


def test_a_session_from_before_the_sign_in_is_not_gone_on_with(
    app: Flask, visitor: FlaskClient, ada: User
) -> None:
    with visitor.session_transaction() as planted:
        planted["cart"] = "theirs"
    before = visitor.get_cookie("session")
    visitor.post("/accounts/login", json=RIGHT)
    with visitor.session_transaction() as renewed:
        assert "cart" not in renewed
    thief = app.test_client()
    thief.set_cookie("session", before.value if before else "")
    assert who(thief) is None


def test_signing_out_ends_the_session(signed_in: FlaskClient, csrf: dict[str, str]) -> None:
    assert signed_in.post("/accounts/logout", headers=csrf).status_code == 200
    assert who(signed_in) is None


@pytest.mark.parametrize("name", ["login", "register"])
def test_who_is_signed_in_already_has_to_sign_out(
    signed_in: FlaskClient, csrf: dict[str, str], name: str
) -> None:
    given = {"email": "ben@example.com", "password": PASSWORD}
    assert signed_in.post(f"/accounts/{name}", json=given, headers=csrf).status_code == 409
    assert who(signed_in)["email"] == "ada@example.com"


def test_another_site_cannot_sign_anybody_out(signed_in: FlaskClient) -> None:
    response = signed_in.post("/accounts/logout")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert who(signed_in)


def test_whoever_wants_to_stays_signed_in(visitor: FlaskClient, ada: User) -> None:
    visitor.post("/accounts/login", json={**RIGHT, "remember": True})
    visitor.delete_cookie("session")
    assert who(visitor)["email"] == "ada@example.com"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(visitor: FlaskClient, ada: User, target: str) -> None:
    response = visitor.post("/accounts/login", query_string={"next": target}, json=RIGHT)
    assert "Location" not in response.headers


def test_a_password_is_asked_for_again_where_it_matters(
    signed_in: FlaskClient, csrf: dict[str, str]
) -> None:
    for password, status in (("wrong", 422), (PASSWORD, 200)):
        response = signed_in.post("/accounts/verify", json={"password": password}, headers=csrf)
        assert response.status_code == status


@pytest.mark.parametrize("name", ["login", "logout", "register", "confirm", "reset", "change"])
def test_there_are_no_forms_here(visitor: FlaskClient, name: str) -> None:
    response = visitor.get(f"/accounts/{name}")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
