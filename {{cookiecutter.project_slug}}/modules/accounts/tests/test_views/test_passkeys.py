"""Passkeys, with a device that signs."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from sqlalchemy import select

from flask_modular import db
from flask_modular.html import Page
from modules.accounts import passkeys
from modules.accounts.models import Passkey, Session
from modules.accounts.personal import delete_account, export_account
from modules.accounts.services import User, create_user, deactivate
from modules.accounts.tests.authenticator import Authenticator, packed
from modules.accounts.tests.conftest import PASSWORD, Browse, path_in
from modules.accounts.views import passkeys as pages

Mails = list[EmailMessage]
Send = Callable[..., Page]
REFUSED = "Signing in with the passkey did not work."


def who(client: FlaskClient) -> Any:
    return client.get("/accounts/session").get_json()["user"]


def options_on(page: Page) -> str:
    [form] = [one for one in page.select("form") if "data-passkey" in one.attributes]
    return form.attributes["data-options"]


def create(browse: Browse, device: Authenticator, name: str = "Phone") -> Page:
    page = browse("/accounts/passkeys/add").submit({"name": name, "password": PASSWORD})
    return page.submit({"passkey-credential": device.create(options_on(page))})


def send(page: Page, answer: str, **more: str) -> Page:
    [form] = page.select("form", data_passkey="get")
    action = form.attributes["action"].partition("?")[0]
    return page.submit({"passkey-credential": answer, **more}, action=action)


@pytest.fixture
def device(ada_at: Browse) -> Authenticator:
    """Return Ada's device, which has made a passkey; she is signed out."""
    found = Authenticator()
    create(ada_at, found)
    ada_at("/").submit(action="/accounts/sign-out")
    return found


@pytest.fixture
def enter_with(browse: Browse) -> Send:
    """Return a function that signs in with a device."""

    def enter(device: Authenticator, url: str = "/accounts/sign-in", **more: str) -> Page:
        page = browse(url)
        return send(page, device.get(options_on(page)), **more)

    return enter


def test_a_passkey_is_added_and_its_owner_told(ada_at: Browse, ada: User, mails: Mails) -> None:
    page = create(ada_at, Authenticator(), "My <phone>")
    assert page.url == "/accounts/passkeys"
    assert "The passkey “My <phone>” is added." in page.text
    assert page.select("td", data_label="Name")[0].text == "My <phone>"
    assert (mails[-1].to, mails[-1].subject) == ([ada.email], "A passkey was added to your account")
    assert "My <phone>" in str(mails[-1].body)
    assert path_in(mails[-1]) == "/accounts/password/forgotten"


def test_it_takes_the_password_to_add_one(ada_at: Browse, ada: User) -> None:
    form = ada_at("/accounts/passkeys/add")
    assert "not your password" in form.submit({"name": "Phone", "password": "wrong"}).text
    assert ada_at("/accounts/passkeys/create").url == "/accounts/passkeys/add"


def test_a_password_is_not_asked_for_long_before(ada_at: Browse, visitor: FlaskClient) -> None:
    form = ada_at("/accounts/passkeys/add").submit({"name": "Phone", "password": PASSWORD})
    with visitor.session_transaction() as session:
        session["accounts_passkey"]["since"] -= 3600
        session.modified = True
    answer = Authenticator().create(options_on(form))
    assert form.submit({"passkey-credential": answer}).url == "/accounts/passkeys/add"


def test_it_signs_in_without_the_password(
    device: Authenticator, enter_with: Send, visitor: FlaskClient, ada: User
) -> None:
    page = enter_with(device, "/accounts/sign-in?next=/accounts/passkeys")
    assert page.url == "/accounts/passkeys"
    assert who(visitor)["email"] == ada.email
    [row] = db.session.scalars(select(Session))
    assert not row.remembered
    assert page.select("td", data_label="Last used")[0].select("time")
    assert visitor.get_cookie("remember_token") is None


def test_whoever_wants_to_stays_signed_in(
    device: Authenticator, enter_with: Send, visitor: FlaskClient
) -> None:
    enter_with(device, **{"passkey-remember": "y"})
    [row] = db.session.scalars(select(Session))
    assert row.remembered
    assert visitor.get_cookie("remember_token")


def test_it_is_two_factors_by_itself(
    device: Authenticator, secret: str, enter_with: Send, visitor: FlaskClient
) -> None:
    assert enter_with(device).url == "/accounts/"
    assert who(visitor)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/"])
def test_it_leads_nowhere_outside(device: Authenticator, enter_with: Send, target: str) -> None:
    assert enter_with(device, f"/accounts/sign-in?next={target}").url == "/accounts/"


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8000"},
        {"challenge": packed(b"some challenge of mine")},
        {"type": "webauthn.create"},
        {"domain": "evil.example"},
    ],
)
def test_what_was_signed_for_something_else_is_refused(
    device: Authenticator, browse: Browse, visitor: FlaskClient, lie: dict[str, str]
) -> None:
    page = browse("/accounts/sign-in")
    assert REFUSED in send(page, device.get(options_on(page), **lie)).text
    assert who(visitor) is None


@pytest.mark.parametrize(
    "other",
    [
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"id": b"a credential that nobody has registered"},
        {"handle": packed(b"somebody else")},
        {"handle": ""},
        {"verifies": False},
    ],
)
def test_another_device_is_refused(
    device: Authenticator, enter_with: Send, visitor: FlaskClient, other: dict[str, Any]
) -> None:
    assert REFUSED in enter_with(replace(device, **other)).text
    assert who(visitor) is None


@pytest.mark.parametrize("counts", [True, False])
def test_an_answer_counts_once(ada_at: Browse, visitor: FlaskClient, counts: bool) -> None:
    device = Authenticator(counts=counts)
    create(ada_at, device)
    ada_at("/").submit(action="/accounts/sign-out")
    page = ada_at("/accounts/sign-in")
    with visitor.session_transaction() as session:
        before = dict(session)
    answer = device.get(options_on(page))
    assert send(page, answer).submit(action="/accounts/sign-out").url == "/accounts/sign-in"
    with visitor.session_transaction() as session:
        session.clear()
        session.update(before)
    assert REFUSED in send(page, answer).text
    assert who(visitor) is None


def test_a_copy_of_a_device_is_noticed(device: Authenticator, enter_with: Send) -> None:
    copy = replace(device)
    enter_with(device).submit(action="/accounts/sign-out")
    assert REFUSED in enter_with(copy).text


def test_an_answer_is_of_no_use_in_another_browser(
    app: Flask, device: Authenticator, browse: Browse
) -> None:
    answer = device.get(options_on(browse("/accounts/sign-in")))
    thief = app.test_client()
    assert REFUSED in send(Page.open(thief, "/accounts/sign-in"), answer).text
    assert who(thief) is None


def test_an_answer_comes_soon(
    device: Authenticator, enter_with: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passkeys, "PATIENCE", -1)
    assert REFUSED in enter_with(device).text


@pytest.mark.parametrize(
    "answer",
    [
        *("x", "[]", "{}", '{"id": 1}', '{"id": "é", "rawId": "é", "type": "public-key"}'),
        *("9" * 5000, "[" * 5000, f'"{"[" * 5000}"'),
    ],
)
def test_nonsense_is_refused(browse: Browse, answer: str) -> None:
    page = browse("/accounts/sign-in")
    assert REFUSED in send(page, answer).text
    broken = json.loads(Authenticator(handle="eA").get(options_on(page)))
    for name in broken["response"]:
        mangled = {**broken, "response": {**broken["response"], name: packed(answer.encode())}}
        assert REFUSED in send(page, json.dumps(mangled)).text


@pytest.mark.parametrize("lie", [{"origin": "https://evil.example"}, {"type": "webauthn.get"}])
def test_a_passkey_for_another_site_is_not_taken(
    ada_at: Browse, ada: User, lie: dict[str, str]
) -> None:
    page = ada_at("/accounts/passkeys/add").submit({"name": "Phone", "password": PASSWORD})
    answer = Authenticator().create(options_on(page), **lie)
    assert "That did not work." in page.submit({"passkey-credential": answer}).text
    assert ada.passkeys == []


def test_a_device_that_does_not_check_the_person_is_not_taken(ada_at: Browse, ada: User) -> None:
    assert "That did not work." in create(ada_at, Authenticator(verifies=False)).text
    assert ada.passkeys == []


def test_a_passkey_of_somebody_else_stays_theirs(
    app: Flask, device: Authenticator, ada: User, enter_with: Send, visitor: FlaskClient
) -> None:
    create_user("ben@example.com", PASSWORD)
    db.session.commit()
    ben = app.test_client()
    ben.post("/accounts/login", json={"email": "ben@example.com", "password": PASSWORD})
    page = create(lambda url: Page.open(ben, url), replace(device))
    assert "That did not work." in page.text
    enter_with(device)
    assert who(visitor)["email"] == ada.email


def test_nobody_removes_what_is_not_theirs(app: Flask, device: Authenticator, ada: User) -> None:
    create_user("ben@example.com", PASSWORD)
    db.session.commit()
    ben = app.test_client()
    ben.post("/accounts/login", json={"email": "ben@example.com", "password": PASSWORD})
    page = Page.open(ben, f"/accounts/passkeys/{ada.passkeys[0].id}/remove")
    assert page.status == 404


def test_a_passkey_that_is_removed_opens_nothing(
    device: Authenticator, enter_with: Send, visitor: FlaskClient, mails: Mails
) -> None:
    page = enter_with(device, "/accounts/sign-in?next=/accounts/passkeys").follow("Remove")
    assert "not your password" in page.submit({"password": "wrong"}).text
    assert "is removed." in page.submit({"password": PASSWORD}).text
    assert mails[-1].subject == "A passkey was removed from your account"
    page.submit(action="/accounts/sign-out")
    assert REFUSED in enter_with(device).text
    assert who(visitor) is None


def test_who_may_not_sign_in_reads_what_a_stranger_reads(
    device: Authenticator, ada: User, enter_with: Send, visitor: FlaskClient
) -> None:
    stranger = enter_with(Authenticator(handle=device.handle)).text
    ada.confirmed_at = None
    db.session.commit()
    assert enter_with(device).text == stranger
    deactivate(ada)
    db.session.commit()
    assert enter_with(device).text == stranger
    assert who(visitor) is None


def test_a_page_tells_nobody_who_has_passkeys(
    device: Authenticator, browse: Browse, ada: User
) -> None:
    asked = json.loads(options_on(browse("/accounts/sign-in")))
    assert set(asked) == {"challenge", "rpId", "timeout", "userVerification"}


def test_it_takes_the_token_of_the_page(device: Authenticator, browse: Browse) -> None:
    page = browse("/accounts/sign-in")
    answer = {"passkey-credential": device.get(options_on(page))}
    assert page.client.post("/accounts/sign-in/passkey", data=answer).status_code == 400


def test_who_fails_too_often_waits(
    app: Flask, device: Authenticator, enter_with: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_ADDRESS_LIMIT", "2 per hour")
    for _ in range(2):
        assert REFUSED in enter_with(Authenticator(handle=device.handle)).text
    assert enter_with(device).status == 429


def test_a_new_password_by_mail_takes_passkeys_away(
    device: Authenticator, browse: Browse, enter_with: Send, mails: Mails
) -> None:
    browse("/accounts/password/forgotten").submit({"email": "ada@example.com"})
    browse(path_in(mails[-1])).submit({"password": "another horse staple"})
    assert "all passkeys were removed" in str(mails[-1].body)
    assert REFUSED in enter_with(device).text


def test_they_are_exported_without_what_opens_anything(device: Authenticator, ada: User) -> None:
    [exported] = export_account(ada)["accounts"]["passkeys"]
    assert exported["name"] == "Phone"
    assert set(exported) == {"id", "name", "created_at", "last_used_at"}
    json.dumps(exported)


def test_they_go_with_the_account(device: Authenticator, ada: User, enter_with: Send) -> None:
    delete_account(ada)
    assert db.session.scalars(select(Passkey)).all() == []
    assert REFUSED in enter_with(device).text


def test_there_is_a_limit_to_them(ada_at: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    create(ada_at, Authenticator())
    monkeypatch.setattr(pages, "MOST", 1)
    assert "remove one to add another" in ada_at("/accounts/passkeys/add").text


def test_the_script_that_asks_the_device_is_there(browse: Browse, visitor: FlaskClient) -> None:
    [script] = browse("/accounts/sign-in").select("script", type="module")
    with visitor.get(script.attributes["src"]) as response:
        assert response.status_code == 200
        assert "javascript" in response.content_type


def test_who_has_no_scripts_reads_why_there_is_no_button(ada_at: Browse) -> None:
    page = ada_at("/accounts/passkeys")
    assert "Passkeys take JavaScript" in page.select("noscript")[0].text
    assert "hidden" in page.select("p", data_passkeys="there")[0].attributes


def test_a_site_without_a_name_says_why_there_are_none(
    app: Flask, ada_at: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_PASSKEY_DOMAIN", "example.com")
    page = ada_at("/accounts/passkeys")
    assert "at this address; open http://example.com instead." in page.text
    assert "Add a passkey" not in page.links
    page.submit(action="/accounts/sign-out")
    assert not ada_at("/accounts/sign-in").select("form", data_passkey="get")
