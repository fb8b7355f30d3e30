"""Two-factor authentication by HTTP."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from flask_modular import db
from modules.accounts.services import User
from modules.accounts.tests.conftest import PASSWORD, Bearer, code_of

URL = "/api/accounts/two-factor"
Headers = dict[str, str]


def send(client: FlaskClient, step: str, headers: Headers, **given: Any) -> TestResponse:
    return client.post(f"{URL}/{step}", json=given, headers=headers)


def begin(client: FlaskClient, headers: Headers) -> dict[str, str]:
    found: dict[str, str] = client.post(f"{URL}/begin", headers=headers).get_json()
    return found


def code_for(offer: dict[str, str]) -> str:
    return str(TOTP(offer["secret"]).generate().token)


@pytest.fixture
def switched_on(signed_in: FlaskClient, csrf: Headers, ada: User) -> list[str]:
    """Switch it on for Ada, and return her recovery codes."""
    code = code_for(begin(signed_in, csrf))
    answer = send(signed_in, "confirm", csrf, code=code, password=PASSWORD)
    db.session.refresh(ada)
    codes: list[str] = answer.get_json()["recovery_codes"]
    return codes


def test_it_is_switched_on_with_a_code_of_the_authenticator(
    signed_in: FlaskClient, csrf: Headers, ada: User, mails: list[EmailMessage]
) -> None:
    assert signed_in.get(URL).get_json() == {"on": False, "recovery_codes_left": 0}
    offer = begin(signed_in, csrf)
    assert begin(signed_in, csrf) == offer
    uri = urlsplit(offer["uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query)["secret"] == [offer["secret"]]
    answer = send(signed_in, "confirm", csrf, code=code_for(offer), password=PASSWORD)
    assert len(answer.get_json()["recovery_codes"]) == 10
    assert answer.headers["Cache-Control"] == "no-store"
    assert signed_in.get(URL).get_json() == {"on": True, "recovery_codes_left": 10}
    assert mails[-1].subject == "Two-factor authentication is on"


def test_a_recovery_code_opens_the_account_once(
    app: Flask, switched_on: list[str], ada: User
) -> None:
    given = {"email": ada.email, "password": PASSWORD}
    assert app.test_client().post("/accounts/login", json=given).status_code == 401
    given["code"] = switched_on[0]
    assert app.test_client().post("/accounts/login", json=given).status_code == 200
    assert app.test_client().post("/accounts/login", json=given).status_code == 401


@pytest.mark.parametrize(
    ("code", "password", "pointer"),
    [("000000", PASSWORD, "#/code"), ("", "wrong", "#/password")],
)
def test_what_is_wrong_is_pointed_at_and_nothing_is_on(
    signed_in: FlaskClient, csrf: Headers, ada: User, code: str, password: str, pointer: str
) -> None:
    right = code_for(begin(signed_in, csrf))
    refused = send(signed_in, "confirm", csrf, code=code or right, password=password)
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.get_json()["errors"]] == [pointer]
    db.session.refresh(ada)
    assert ada.totp_secret is None


def test_it_is_begun_in_the_same_session(signed_in: FlaskClient, csrf: Headers) -> None:
    refused = send(signed_in, "confirm", csrf, code="123456", password=PASSWORD)
    assert [one["pointer"] for one in refused.get_json()["errors"]] == ["#/code"]


def test_what_was_mistyped_meanwhile_does_not_count_at_the_sign_in(
    app: Flask, signed_in: FlaskClient, csrf: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_ACCOUNT_LIMIT", "2 per hour")
    right = code_for(begin(signed_in, csrf))
    assert send(signed_in, "confirm", csrf, code="000000", password=PASSWORD).status_code == 422
    codes = send(signed_in, "confirm", csrf, code=right, password=PASSWORD).get_json()
    given = {"email": "ada@example.com", "password": PASSWORD, "code": codes["recovery_codes"][0]}
    assert app.test_client().post("/accounts/login", json=given).status_code == 200


def test_new_recovery_codes_take_the_place_of_the_old(
    signed_in: FlaskClient, csrf: Headers, switched_on: list[str]
) -> None:
    assert send(signed_in, "recovery-codes", csrf, password="wrong").status_code == 422
    answer = send(signed_in, "recovery-codes", csrf, password=PASSWORD)
    assert set(answer.get_json()["recovery_codes"]).isdisjoint(switched_on)
    assert signed_in.get(URL).get_json()["recovery_codes_left"] == 10


def test_it_takes_the_password_to_switch_it_off(
    signed_in: FlaskClient, csrf: Headers, switched_on: list[str], mails: list[EmailMessage]
) -> None:
    assert send(signed_in, "off", csrf, password="wrong").status_code == 422
    off = {"on": False, "recovery_codes_left": 0}
    assert send(signed_in, "off", csrf, password=PASSWORD).get_json() == off
    assert signed_in.get(URL).get_json() == off
    assert mails[-1].subject == "Two-factor authentication is off"


def test_what_is_on_is_not_begun_and_what_is_off_not_renewed(
    signed_in: FlaskClient, csrf: Headers, ada: User
) -> None:
    for step in ("off", "recovery-codes"):
        assert send(signed_in, step, csrf, password=PASSWORD).status_code == 409
    code = code_for(begin(signed_in, csrf))
    both = {"code": code, "password": PASSWORD}
    assert send(signed_in, "confirm", csrf, **both).status_code == 200
    assert send(signed_in, "confirm", csrf, **both).status_code == 409
    assert send(signed_in, "begin", csrf).status_code == 409


@pytest.mark.parametrize("step", ["confirm", "recovery-codes", "off"])
def test_guessing_the_password_is_limited(
    app: Flask, visitor: FlaskClient, secret: str, ada: User, monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:  # fmt: skip
    code = code_of(secret, later=1)
    given = {"email": ada.email, "password": PASSWORD, "code": code}
    csrf = {"X-CSRFToken": visitor.post("/accounts/login", json=given).get_json()["csrf_token"]}
    if step == "confirm":
        send(visitor, "off", csrf, password=PASSWORD)
    monkeypatch.setitem(app.config, "ACCOUNTS_ACCOUNT_LIMIT", "2 per hour")
    more = {"code": "000000"} if step == "confirm" else {}
    answers = [send(visitor, step, csrf, password="wrong", **more) for _ in range(3)]
    assert [one.status_code for one in answers] == [422, 422, 429]
    assert answers[-1].headers["Retry-After"]


@pytest.mark.parametrize("step", ["begin", "confirm", "recovery-codes", "off"])
def test_it_takes_a_session_and_its_token(
    app: Flask, signed_in: FlaskClient, bearer: Bearer, step: str
) -> None:
    body = {"password": PASSWORD, **({"code": "123456"} if step == "confirm" else {})}
    given = {} if step == "begin" else body
    assert send(signed_in, step, {}, **given).status_code == 400
    everything = bearer("*", role=("*",))
    assert send(app.test_client(), step, everything, **given).status_code == 401
    refusal = app.test_client().get(URL, headers=everything)
    assert refusal.status_code == 401
    assert refusal.get_json()["detail"] == "Sign in: this takes a session, and no token."


def test_no_trace_is_kept_of_secrets(signed_in: FlaskClient, csrf: Headers) -> None:
    headers = {**csrf, "Idempotency-Key": "once"}
    for _ in range(2):
        answer = signed_in.post(f"{URL}/begin", headers=headers)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Idempotency-Replayed" not in answer.headers
