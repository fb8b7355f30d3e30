"""Other sites cannot have somebody's browser change anything."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import access
from modules.accounts.services import User
from modules.accounts.tests.conftest import PASSWORD, Ask, Bearer

Headers = dict[str, str]


def test_a_session_alone_changes_nothing(ask: Ask, session: Headers) -> None:
    refusal = ask("notes.write", method="POST", headers=session)
    assert refusal is not None
    assert refusal.code == 400
    assert "X-CSRFToken" in (refusal.description or "")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_not_even_what_is_public(ask: Ask, session: Headers, method: str) -> None:
    assert ask(access.public, method=method, headers=session) is not None


@pytest.mark.parametrize("name", ["X-CSRFToken", "X-CSRF-Token"])
def test_the_header_lets_it_pass(ask: Ask, session: Headers, csrf: Headers, name: str) -> None:
    headers = session | {name: csrf["X-CSRFToken"]}
    assert ask("notes.write", method="POST", headers=headers) is None


def test_the_field_of_a_form_does_so_too(ask: Ask, session: Headers, csrf: Headers) -> None:
    form = {"csrf_token": csrf["X-CSRFToken"]}
    assert ask("notes.write", method="POST", headers=session, data=form) is None


@pytest.mark.parametrize("token", ["", "wrong", "IjAwIg.aaaaaa.bbbbbb"])
def test_a_token_that_is_none_does_not(ask: Ask, session: Headers, token: str) -> None:
    headers = session | {"X-CSRFToken": token}
    assert ask("notes.write", method="POST", headers=headers) is not None


def test_the_token_of_another_session_does_not(app: Flask, ask: Ask, session: Headers) -> None:
    theirs = app.test_client().get("/accounts/session").get_json()["csrf_token"]
    headers = session | {"X-CSRFToken": theirs}
    assert ask("notes.write", method="POST", headers=headers) is not None


def test_reading_takes_none(ask: Ask, session: Headers) -> None:
    assert ask("notes.read", headers=session) is None


def test_a_bearer_token_takes_none(ask: Ask, bearer: Bearer) -> None:
    assert ask("notes.write", method="POST", headers=bearer()) is None


def test_a_form_of_another_site_signs_nobody_in(visitor: FlaskClient, ada: User) -> None:
    form = {"email": ada.email, "password": PASSWORD}
    assert visitor.post("/accounts/login", data=form).status_code == 415
    assert visitor.get("/accounts/session").get_json()["user"] is None
