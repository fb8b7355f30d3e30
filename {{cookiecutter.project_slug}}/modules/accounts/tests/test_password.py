"""A new password for somebody who knows the old one."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage

from modules.accounts.services import User
from modules.accounts.tests.conftest import PASSWORD, Ask, Bearer, path_in, sign_in

NEW = "battery staple horse"
CHANGE = {"password": PASSWORD, "new_password": NEW}
Headers = dict[str, str]


def who(client: FlaskClient) -> object:
    return client.get("/accounts/session").get_json()["user"]


def test_the_new_password_holds(app: Flask, signed_in: FlaskClient, csrf: Headers) -> None:
    assert signed_in.post("/accounts/change", json=CHANGE, headers=csrf).status_code == 200
    assert sign_in(app.test_client(), PASSWORD) == 401
    assert sign_in(app.test_client(), NEW) == 200


def test_other_sessions_end_and_this_one_goes_on(
    app: Flask, signed_in: FlaskClient, csrf: Headers
) -> None:
    other = app.test_client()
    sign_in(other, PASSWORD)
    answer = signed_in.post("/accounts/change", json=CHANGE, headers=csrf).get_json()
    assert who(other) is None
    assert who(signed_in)
    renewed = {"X-CSRFToken": answer["csrf_token"]}
    assert signed_in.post("/accounts/logout", headers=renewed).status_code == 200


def test_tokens_are_revoked_and_the_owner_is_told_which(
    signed_in: FlaskClient, csrf: Headers, bearer: Bearer, ask: Ask, mails: list[EmailMessage]
) -> None:
    headers = bearer()
    signed_in.post("/accounts/change", json=CHANGE, headers=csrf)
    refusal = ask("notes.write", headers=headers)
    assert refusal is not None
    assert refusal.code == 401
    assert mails[-1].subject == "Your password was changed"
    assert "Your tokens were revoked: test." in mails[-1].body


def test_the_mail_says_where_to_get_another_one(
    app: Flask, signed_in: FlaskClient, csrf: Headers, ada: User, mails: list[EmailMessage]
) -> None:
    signed_in.post("/accounts/change", json=CHANGE, headers=csrf)
    path, client = path_in(mails[-1]), app.test_client()
    if "POST" in mails[-1].body:  # there are no pages
        assert client.post(path, json={"email": ada.email}).status_code == 200
    else:
        assert "Forgotten password" in client.get(path).text


@pytest.mark.parametrize(
    "given",
    [
        {**CHANGE, "password": "wrong"},
        {**CHANGE, "new_password": "too short"},
        {"new_password": NEW},
        {**CHANGE, "email": "ben@example.com"},
    ],
)
def test_what_is_wrong_changes_nothing(
    app: Flask, signed_in: FlaskClient, csrf: Headers, given: dict[str, str]
) -> None:
    response = signed_in.post("/accounts/change", json=given, headers=csrf)
    assert response.status_code == 422
    assert sign_in(app.test_client(), PASSWORD) == 200


def test_a_token_is_not_enough(app: Flask, visitor: FlaskClient, bearer: Bearer) -> None:
    response = visitor.post("/accounts/change", json=CHANGE, headers=bearer())
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"
    assert sign_in(app.test_client(), PASSWORD) == 200


def test_nobody_changes_what_is_not_theirs(visitor: FlaskClient, ada: User) -> None:
    assert visitor.post("/accounts/change", json=CHANGE).status_code == 401


def test_another_site_cannot_change_it(signed_in: FlaskClient) -> None:
    assert signed_in.post("/accounts/change", json=CHANGE).status_code == 400
