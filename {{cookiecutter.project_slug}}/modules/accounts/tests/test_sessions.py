"""Sessions and the rows that they have."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from flask_modular import db
from modules.accounts.models import Session, now
from modules.accounts.services import User
from modules.accounts.tests.conftest import PASSWORD


def the_session() -> Session:
    return db.session.scalars(select(Session)).one()


def who(client: FlaskClient) -> object:
    return client.get("/accounts/session").get_json()["user"]


def sign_in(client: FlaskClient, **more: object) -> None:
    given = {"email": "ada@example.com", "password": PASSWORD, **more}
    assert client.post("/accounts/login", json=given).status_code == 200


@pytest.mark.parametrize(("remember", "days"), [(False, 31), (True, 365)])
def test_a_session_that_nobody_uses_ends(
    visitor: FlaskClient, ada: User, remember: bool, days: int
) -> None:
    sign_in(visitor, remember=remember)
    row = the_session()
    assert timedelta(days=days - 1) < row.expires_at - now() <= timedelta(days=days)
    row.expires_at = now() - timedelta(seconds=1)
    assert who(visitor) is None


def test_a_session_goes_on_while_somebody_uses_it(signed_in: FlaskClient) -> None:
    row = the_session()
    row.last_seen_at = earlier = now() - timedelta(days=30)
    row.expires_at = now() + timedelta(days=1)
    assert who(signed_in)
    db.session.refresh(row)
    assert row.last_seen_at > earlier
    assert row.expires_at > now() + timedelta(days=30)


def test_the_last_use_is_marked_to_the_minute(signed_in: FlaskClient) -> None:
    row = the_session()
    row.last_seen_at = earlier = now() - timedelta(seconds=30)
    assert who(signed_in)
    db.session.refresh(row)
    assert row.last_seen_at == earlier


def test_a_cookie_that_was_copied_is_worth_nothing_after_the_sign_out(
    app: Flask, signed_in: FlaskClient, session: dict[str, str], csrf: dict[str, str]
) -> None:
    other = app.test_client(use_cookies=False)
    assert other.get("/accounts/session", headers=session).get_json()["user"]
    signed_in.post("/accounts/logout", headers=csrf)
    assert other.get("/accounts/session", headers=session).get_json()["user"] is None


def test_a_leaked_database_opens_no_session(visitor: FlaskClient, ada: User) -> None:
    sign_in(visitor)
    with visitor.session_transaction() as cookie:
        key = cookie["_user_id"]
    assert len(key) > 40
    assert key not in str(db.session.execute(select(Session.__table__)).one())


def test_what_is_over_is_forgotten_at_the_next_sign_in(app: Flask, signed_in: FlaskClient) -> None:
    the_session().expires_at = now() - timedelta(seconds=1)
    sign_in(app.test_client())
    assert the_session().expires_at > now()
