"""Tokens by HTTP."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from flask_modular import db
from modules.accounts.models import now
from modules.accounts.services import Token, User, create_token, create_user, deactivate
from modules.accounts.tests.conftest import PASSWORD, Bearer, code_of

URL = "/api/accounts/tokens"
WANTED = {"name": "Laptop", "scopes": ["*.read"]}
RIGHT = {"email": "ada@example.com", "password": PASSWORD}
Headers = dict[str, str]


def basic(email: str = "ada@example.com", password: str = PASSWORD) -> Headers:
    both = base64.b64encode(f"{email}:{password}".encode()).decode()
    return {"Authorization": f"Basic {both}"}


def obtain(client: FlaskClient, headers: Any = None, **given: Any) -> TestResponse:
    return client.post(URL, json={**WANTED, **given}, headers=headers)


def works(client: FlaskClient, response: TestResponse) -> bool:
    headers = {"Authorization": f"Bearer {response.get_json()['token']}"}
    scopes = client.get("/accounts/session", headers=headers).get_json()["scopes"]
    return bool(scopes == ["*.read"])


def test_a_password_obtains_a_token(app: Flask, visitor: FlaskClient, ada: User) -> None:
    for response in (obtain(visitor, **RIGHT), obtain(visitor, basic())):
        assert response.status_code == 201
        assert works(app.test_client(), response)
        assert "Set-Cookie" not in response.headers


def test_a_session_obtains_one_with_its_csrf_token(signed_in: FlaskClient, csrf: Headers) -> None:
    assert obtain(signed_in).status_code == 400
    assert obtain(signed_in, csrf).status_code == 201


def test_the_text_is_shown_once(visitor: FlaskClient, ada: User, bearer: Bearer) -> None:
    response = obtain(visitor, **RIGHT)
    assert response.headers["Cache-Control"] == "no-store"
    made = response.get_json()
    text = made.pop("token")
    assert text.startswith(made["prefix"])
    headers = bearer()
    assert visitor.get(response.headers["Location"], headers=headers).get_json() == made
    assert text not in visitor.get(URL, headers=headers).text


@pytest.mark.parametrize(
    "given",
    [
        {**RIGHT, "password": "wrong"},
        {**RIGHT, "email": "nobody@example.com"},
        {**RIGHT, "email": "no address"},
    ],
)
def test_a_wrong_password_obtains_nothing(
    visitor: FlaskClient, ada: User, given: dict[str, str]
) -> None:
    refused = [obtain(visitor, **given), obtain(visitor, basic(*given.values()))]
    assert [one.status_code for one in refused] == [401, 401]
    details = {one.get_json()["detail"] for one in refused}
    assert details == {"The address or the password is not right, or not confirmed yet."}
    assert db.session.scalars(select(Token)).all() == []


def test_with_two_factor_authentication_it_takes_a_code_too(
    visitor: FlaskClient, secret: str
) -> None:
    for headers, given in ((None, RIGHT), (basic(), {})):
        for code in ({}, {"code": "000000"}):
            refused = obtain(visitor, headers, **given, **code)
            assert refused.status_code == 401
            assert "asks for a code" in refused.get_json()["detail"]
    assert obtain(visitor, basic(), code=code_of(secret, later=1)).status_code == 201


@pytest.mark.parametrize("given", [{"email": "ada@example.com"}, {"password": PASSWORD}])
def test_half_of_what_it_takes_obtains_nothing(
    visitor: FlaskClient, ada: User, given: dict[str, str]
) -> None:
    assert obtain(visitor, basic(), **given).status_code == 401


def unconfirm(user: User) -> None:
    user.confirmed_at = None


@pytest.mark.parametrize("end", [unconfirm, deactivate])
def test_who_may_not_sign_in_obtains_nothing(
    visitor: FlaskClient, ada: User, end: Callable[[User], None]
) -> None:
    end(ada)
    assert obtain(visitor, **RIGHT).status_code == 401
    assert obtain(visitor, basic()).status_code == 401


def test_nobody_obtains_nothing(visitor: FlaskClient) -> None:
    response = obtain(visitor)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("given", [{}, RIGHT])
def test_guessing_is_limited(
    app: Flask, visitor: FlaskClient, ada: User, monkeypatch: pytest.MonkeyPatch, given: Any
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_ACCOUNT_LIMIT", "2 per hour")
    wrong = {**given, "password": "wrong"} if given else {}
    for _ in range(2):
        obtain(visitor, None if given else basic(password="wrong"), **wrong)
    response = obtain(visitor, None if given else basic(), **given)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 3000


def test_a_token_obtains_one_no_wider_than_itself(visitor: FlaskClient, bearer: Bearer) -> None:
    headers = bearer("notes.*", "accounts.tokens")
    assert obtain(visitor, headers, scopes=["notes.read"]).status_code == 201
    refused = obtain(visitor, headers, scopes=["notes.read", "*.read"])
    assert refused.status_code == 403
    assert 'scope="*.read"' in refused.headers["WWW-Authenticate"]


def test_a_token_for_something_else_obtains_nothing(visitor: FlaskClient, bearer: Bearer) -> None:
    refused = obtain(visitor, bearer("notes.*"), scopes=["notes.read"])
    assert refused.status_code == 403
    assert 'scope="accounts.tokens"' in refused.headers["WWW-Authenticate"]


def test_a_token_cannot_prolong_itself(visitor: FlaskClient, ada: User) -> None:
    soon = now() + timedelta(hours=1)
    _, text = create_token(ada, "test", ["*"], expires_at=soon)
    response = obtain(visitor, {"Authorization": f"Bearer {text}"}, expires_in_days=100)
    assert datetime.fromisoformat(response.get_json()["expires_at"]) <= soon


def test_who_may_not_use_tokens_obtains_none(
    app: Flask, visitor: FlaskClient, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_MEMBERS", ["*.write"])
    assert obtain(visitor, **RIGHT).status_code == 403


def test_it_lasts_as_long_as_it_should(visitor: FlaskClient, ada: User) -> None:
    for given, days in (({}, 90), ({"expires_in_days": 7}, 7)):
        made = obtain(visitor, **RIGHT, **given).get_json()
        left = datetime.fromisoformat(made["expires_at"]) - now()
        assert timedelta(days=days - 1) < left <= timedelta(days=days)


@pytest.mark.parametrize("given", [{}, {"scopes": []}])
def test_no_trace_is_kept_of_secrets(visitor: FlaskClient, ada: User, given: Any) -> None:
    headers = {"Idempotency-Key": "once"}
    tables = db.metadata.tables
    for _ in range(2):
        response = obtain(visitor, headers, **RIGHT, **given)
        assert response.headers["Cache-Control"] == "no-store"
        assert "Idempotency-Replayed" not in response.headers
    assert db.session.execute(select(tables["api_idempotent_request"])).all() == []


@pytest.fixture
def theirs(ada: User) -> Token:
    """Return a token of somebody else."""
    ben = create_user("ben@example.com", PASSWORD)
    token, _ = create_token(ben, "of Ben", ["*"])
    db.session.commit()
    return token


def test_people_see_their_own(visitor: FlaskClient, bearer: Bearer, theirs: Token) -> None:
    headers = bearer()
    found = visitor.get(URL, headers=headers).get_json()["items"]
    assert [one["name"] for one in found] == ["test"]
    for method in ("GET", "DELETE"):
        response = visitor.open(f"{URL}/{theirs.id}", method=method, headers=headers)
        assert response.status_code == 404
    assert db.session.get(Token, theirs.id)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_id_that_no_row_can_have_is_not_found(
    visitor: FlaskClient, bearer: Bearer, method: str
) -> None:
    response = visitor.open(f"{URL}/2147483648", method=method, headers=bearer())
    assert response.status_code == 404


def test_a_token_can_be_revoked(visitor: FlaskClient, ada: User, bearer: Bearer) -> None:
    made = obtain(visitor, **RIGHT)
    assert visitor.delete(made.headers["Location"], headers=bearer()).status_code == 204
    revoked = {"Authorization": f"Bearer {made.get_json()['token']}"}
    assert visitor.get(URL, headers=revoked).status_code == 401


def test_tokens_are_shown_to_those_who_may_use_them(visitor: FlaskClient, bearer: Bearer) -> None:
    assert visitor.get(URL).status_code == 401
    assert visitor.get(URL, headers=bearer("notes.*")).status_code == 403
    assert visitor.get(URL, headers=bearer("accounts.*")).status_code == 200
