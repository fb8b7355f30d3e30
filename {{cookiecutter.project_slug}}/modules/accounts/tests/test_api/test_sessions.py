"""One's own sessions by HTTP."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from flask_modular import db
from modules.accounts.models import Session, now
from modules.accounts.services import User, create_user
from modules.accounts.tests.conftest import PASSWORD, Bearer

URL = "/api/accounts/sessions"
Headers = dict[str, str]


@pytest.fixture
def phone(app: Flask, signed_in: FlaskClient) -> FlaskClient:
    """Return another browser that Ada is signed in with."""
    client = app.test_client()
    given = {"email": "ada@example.com", "password": PASSWORD}
    client.post("/accounts/login", json=given, headers={"User-Agent": "Phone"})
    return client


@pytest.fixture
def theirs(ada: User) -> Session:
    """Return a session of somebody else."""
    ben = create_user("ben@example.com", PASSWORD)
    row = Session(digest="x", agent="", remembered=False, expires_at=now() + timedelta(days=1))
    ben.sessions.append(row)
    db.session.commit()
    return row


def agents(client: FlaskClient) -> dict[str, bool]:
    listed = client.get(URL).get_json()["items"]
    return {one["agent"]: one["current"] for one in listed}


def test_people_see_where_they_are_signed_in(
    signed_in: FlaskClient, phone: FlaskClient, theirs: Session
) -> None:
    [here] = set(agents(signed_in)) - {"Phone"}
    assert agents(signed_in) == {here: True, "Phone": False}
    assert agents(phone) == {here: False, "Phone": True}
    assert "digest" not in signed_in.get(URL).text


def test_a_session_that_is_over_is_not_listed(signed_in: FlaskClient, phone: FlaskClient) -> None:
    row = db.session.scalars(select(Session).where(Session.agent == "Phone")).one()
    row.expires_at = now()
    assert "Phone" not in agents(signed_in)


def test_one_session_is_ended(
    signed_in: FlaskClient, phone: FlaskClient, csrf: Headers, theirs: Session
) -> None:
    [other] = [one for one in signed_in.get(URL).get_json()["items"] if not one["current"]]
    assert signed_in.delete(f"{URL}/{other['id']}").status_code == 400
    assert signed_in.delete(f"{URL}/{other['id']}", headers=csrf).status_code == 204
    assert phone.get(URL).status_code == 401
    assert signed_in.delete(f"{URL}/{theirs.id}", headers=csrf).status_code == 404
    assert db.session.get(Session, theirs.id)


def test_all_others_are_ended(
    signed_in: FlaskClient, phone: FlaskClient, csrf: Headers, theirs: Session
) -> None:
    assert signed_in.delete(URL, headers=csrf).status_code == 204
    assert phone.get(URL).status_code == 401
    assert list(agents(signed_in).values()) == [True]
    assert db.session.get(Session, theirs.id)


def test_a_token_does_not_get_at_sessions(
    app: Flask, signed_in: FlaskClient, bearer: Bearer
) -> None:
    headers = bearer("*", role=("*",))
    other = app.test_client()
    assert other.get(URL, headers=headers).status_code == 401
    assert other.delete(URL, headers=headers).status_code == 401
    assert signed_in.get(URL).status_code == 200
