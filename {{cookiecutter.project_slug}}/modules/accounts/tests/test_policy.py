"""What follows from `@access`: who may, who may not, and what is said about it."""

import pytest
from flask import Flask

from flask_modular import current_identity, db
from modules.accounts.services import User, create_token, role_named
from modules.accounts.tests.conftest import Ask, Bearer

UNKNOWN = {"Authorization": "Bearer fmt_unknown"}


def test_anyone_may_read(ask: Ask) -> None:
    assert ask("notes.read") is None


def test_writing_takes_somebody(ask: Ask) -> None:
    refusal = ask("notes.write", method="POST")
    assert refusal is not None
    assert refusal.code == 401
    assert dict(refusal.get_headers())["WWW-Authenticate"] == 'Bearer realm="api"'


def test_members_may_write(ask: Ask, bearer: Bearer, session: dict[str, str]) -> None:
    assert ask("notes.write", method="POST", headers=bearer()) is None
    assert ask("notes.write", headers=session) is None


def test_everything_else_takes_a_role(ask: Ask, session: dict[str, str], ada: User) -> None:
    refusal = ask("notes.delete", headers=session)
    assert refusal is not None
    assert (refusal.code, refusal.description) == (403, 'This takes the permission "notes.delete".')
    ada.roles.append(role_named("editor", ["notes.*"]))
    assert ask("notes.delete", headers=session) is None
    assert ask("users.delete", headers=session) is not None


def test_a_token_that_does_not_suffice_is_told_the_scope(ask: Ask, bearer: Bearer) -> None:
    refusal = ask("notes.write", method="POST", headers=bearer("*.read"))
    assert refusal is not None
    assert refusal.code == 403
    challenge = dict(refusal.get_headers())["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="notes.write"' in challenge


def test_credentials_that_are_wrong_are_refused_where_none_are_needed(ask: Ask) -> None:
    refusal = ask("notes.read", headers=UNKNOWN)
    assert refusal is not None
    assert refusal.code == 401
    assert 'error="invalid_token"' in dict(refusal.get_headers())["WWW-Authenticate"]


def test_a_session_does_not_make_up_for_a_wrong_token(ask: Ask, session: dict[str, str]) -> None:
    refusal = ask("notes.read", headers=session | UNKNOWN)
    assert refusal is not None
    assert refusal.code == 401


def test_what_nobody_declared_can_be_read_and_is_changed_by_people_alone(
    ask: Ask, bearer: Bearer
) -> None:
    assert ask(None) is None
    assert getattr(ask(None, method="POST"), "code", None) == 401
    assert getattr(ask(None, method="POST", headers=bearer("notes.*")), "code", None) == 403
    assert ask(None, method="POST", headers=bearer("*")) is None


def test_what_is_public_needs_no_database(
    app: Flask, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = bearer()

    def connect(*_: object) -> None:
        raise OSError("no route to the database")

    monkeypatch.setattr("sqlalchemy.engine.Engine.connect", connect)
    with app.test_request_context("/accounts/session", headers=headers):
        assert app.preprocess_request() is None


def test_settings_say_who_may(ask: Ask, bearer: Bearer, app: Flask) -> None:
    headers = bearer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.config, "ACCOUNTS_EVERYONE", ["news.read"])
        patch.setitem(app.config, "ACCOUNTS_MEMBERS", ["notes.*"])
        assert ask("news.read") is None
        assert getattr(ask("notes.read"), "code", None) == 401
        assert ask("notes.delete", headers=headers) is None
        assert getattr(ask("news.write", headers=headers), "code", None) == 403


def test_other_modules_learn_who_it_is(app: Flask, ada: User) -> None:
    _, text = create_token(ada, "test", ["*"])
    db.session.commit()
    with app.test_request_context(headers={"Authorization": f"Bearer {text}"}):
        assert current_identity() == f"user:{ada.id}"
    with app.test_request_context():
        assert current_identity() == ""
