"""One's own account, in a browser."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from sqlalchemy import select
from werkzeug.exceptions import Conflict

from flask_modular import db
from flask_modular.html import Page
from modules.accounts.models import RecoveryCode, Session
from modules.accounts.personal import KEEPERS, Keeper
from modules.accounts.services import User, create_token, create_user, find_user
from modules.accounts.tests.conftest import PASSWORD, Browse, path_in
from modules.accounts.views.devices import device

Enter = Callable[..., Page]
Mails = list[EmailMessage]
SCRIPT = "<script>alert(1)</script>"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_a_name_is_text_wherever_it_is_shown(ada_at: Browse) -> None:
    page = ada_at("/accounts/").submit({"name": SCRIPT})
    assert "Your name is saved." in page.text
    assert SCRIPT in page.text
    assert not [one for one in page.select("script") if "alert" in one.text]
    assert "alert(1)" in ada_at("/no-such-page").select("header")[0].text


@pytest.mark.parametrize("more", [{"email": "eve@example.com"}, {"active": ""}, {"roles": "1"}])
def test_nobody_gives_themselves_more(ada_at: Browse, ada: User, more: dict[str, str]) -> None:
    ada_at("/accounts/").submit({"name": "Ada", **more})
    assert (ada.name, ada.email, ada.active, ada.roles) == ("Ada", "ada@example.com", True, [])


@pytest.mark.parametrize(
    "url", ["", "address", "password", "sessions", "export", "delete", "two-factor", "passkeys"]
)
def test_a_token_opens_none_of_these_pages(visitor: FlaskClient, ada: User, url: str) -> None:
    _, text = create_token(ada, "test", ["*"])
    headers = {"Authorization": f"Bearer {text}"}
    assert visitor.get(f"/accounts/{url}", headers=headers).status_code == 401
    assert visitor.get(f"/accounts/{url}").status_code == 302


@pytest.fixture
def offer(ada_at: Browse, mails: Mails) -> Callable[..., Page]:
    """Return a function that asks for another address."""

    def ask(email: str = "lovelace@example.com", password: str = PASSWORD) -> Page:
        return ada_at("/accounts/address").submit({"email": email, "password": password})

    return ask


def test_a_new_address_holds_once_its_owner_has_opened_the_link(
    offer: Callable[..., Page], ada: User, browse: Browse, mails: Mails
) -> None:
    assert "Open the link in the mail" in offer().text
    assert [mail.to for mail in mails] == [["lovelace@example.com"]]
    assert ada.email == "ada@example.com"
    link = path_in(mails[0])
    assert "lovelace@example.com" in browse(link).text
    db.session.refresh(ada)
    assert ada.email == "lovelace@example.com"
    assert mails[1].to == ["ada@example.com"]
    assert "The link is not valid" in browse(link).text


def test_an_address_takes_the_password(offer: Callable[..., Page], mails: Mails) -> None:
    assert "That is not your password." in offer(password="wrong").text
    assert "This is no mail address." in offer("nobody").text
    assert mails == []


def test_whose_an_address_is_is_not_said(offer: Callable[..., Page], mails: Mails) -> None:
    create_user("ben@example.com", PASSWORD)
    assert offer("ben@example.com").text == offer("new@example.com").text
    assert mails[0].to == ["ben@example.com"]
    assert "/accounts/address/" not in str(mails[0].body)


def test_an_address_that_somebody_took_meanwhile_stays_theirs(
    offer: Callable[..., Page], ada: User, browse: Browse, mails: Mails
) -> None:
    offer()
    create_user("lovelace@example.com", PASSWORD)
    assert "The link is not valid" in browse(path_in(mails[0])).text
    db.session.refresh(ada)
    assert ada.email == "ada@example.com"


def test_a_new_password_ends_the_link(
    app: Flask, offer: Callable[..., Page], ada: User, browse: Browse, mails: Mails
) -> None:
    offer()
    browse("/accounts/password").submit({"password": PASSWORD, "new_password": "staple battery"})
    assert "The link is not valid" in browse(path_in(mails[0])).text


def test_a_new_address_ends_the_links_in_the_old_mailbox(
    app: Flask, offer: Callable[..., Page], ada: User, browse: Browse, mails: Mails
) -> None:
    app.test_client().post("/accounts/reset", json={"email": ada.email})
    reset = path_in(mails[-1])
    offer()
    assert "lovelace@example.com" in browse(path_in(mails[-1])).text
    assert "The link is not valid" in browse(reset).text


@pytest.fixture
def other(app: Flask, ada_at: Browse, ada: User) -> FlaskClient:
    """Return another browser, where Ada stays signed in."""
    client = app.test_client()
    given = {"email": ada.email, "password": PASSWORD, "remember": True}
    client.post("/accounts/login", json=given, headers={"User-Agent": FIREFOX})
    return client


def who(client: FlaskClient) -> Any:
    return client.get("/accounts/session").get_json()["user"]


def test_a_new_address_ends_other_sessions(
    offer: Callable[..., Page],
    other: FlaskClient,
    visitor: FlaskClient,
    browse: Browse,
    mails: Mails,
) -> None:
    offer()
    browse(path_in(mails[-1]))
    assert who(other) is None
    assert who(visitor)["email"] == "lovelace@example.com"


def test_sessions_are_listed_and_ended_one_by_one(
    ada_at: Browse, other: FlaskClient, visitor: FlaskClient
) -> None:
    page = ada_at("/accounts/sessions")
    rows = [row.text for row in page.select("tr")][1:]
    assert "(this one)" in rows[0]
    assert rows[1].startswith("Firefox on Linux")
    [end] = [form for form in page.select("form") if form.attributes["action"].endswith("/end")][1:]
    assert "has ended" in page.submit(action=end.attributes["action"]).text
    assert who(other) is None
    assert who(visitor)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5", "A program"),
        ("", "A program"),
    ],
)
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert device(agent) == words


def test_a_session_that_was_ended_does_not_come_back_by_its_other_cookie(
    ada_at: Browse, other: FlaskClient
) -> None:
    ada_at("/accounts/sessions").submit(action="/accounts/sessions/end")
    other.delete_cookie("session")
    assert who(other) is None


def test_nobody_ends_the_session_of_somebody_else(
    app: Flask, ada_at: Browse, visitor: FlaskClient
) -> None:
    create_user("ben@example.com", PASSWORD)
    db.session.commit()
    ben = app.test_client()
    ben.post("/accounts/login", json={"email": "ben@example.com", "password": PASSWORD})
    theirs = db.session.scalars(select(Session.id).order_by(Session.id.desc())).first()
    page = ada_at("/accounts/sessions")
    token = page.select("input", name="csrf_token")[0].attributes["value"]
    url = f"/accounts/sessions/{theirs}/end"
    assert visitor.post(url, data={"csrf_token": token}).status_code == 404
    assert who(ben)


def test_sign_out_everywhere_is_everywhere(
    ada_at: Browse, other: FlaskClient, visitor: FlaskClient
) -> None:
    page = ada_at("/accounts/sessions").submit(action="/accounts/sessions/end")
    assert "You are signed out everywhere." in page.text
    assert who(other) is None
    assert who(visitor) is None


def test_all_that_is_kept_is_handed_out_and_no_secret(
    app: Flask, ada_at: Browse, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Keeper(export=lambda user: [f"a note of {user.identity}"], erase=None)
    monkeypatch.setitem(app.extensions, KEEPERS, {"notes": keeper})
    _, text = create_token(ada, "laptop", ["*"])
    response = ada_at("/accounts/export").response
    assert response.headers["Content-Disposition"] == "attachment; filename=account.json"
    assert response.headers["Cache-Control"] == "no-store"
    found = json.loads(response.text)
    assert found["notes"] == [f"a note of {ada.identity}"]
    assert found["accounts"]["email"] == "ada@example.com"
    assert found["accounts"]["tokens"][0]["name"] == "laptop"
    assert ada.password is not None
    assert ada.password not in response.text
    assert text not in response.text


def test_an_account_is_deleted_with_what_others_keep(
    app: Flask, ada_at: Browse, other: FlaskClient, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased: list[str] = []
    keeper = Keeper(export=None, erase=lambda user: erased.append(user.email))
    monkeypatch.setitem(app.extensions, KEEPERS, {"notes": keeper})
    refused = ada_at("/accounts/delete").submit({"password": "wrong"})
    assert "That is not your password." in refused.text
    number = ada.id
    assert "is deleted" in refused.submit({"password": PASSWORD}).text
    assert erased == ["ada@example.com"]
    assert find_user("ada@example.com") is None
    assert who(other) is None
    assert create_user("ben@example.com", PASSWORD).id != number


def refuse(user: User) -> None:
    raise Conflict("Something that others still need is Ada's.")


def break_a_key(user: User) -> None:
    db.session.add(RecoveryCode(user_id=0, digest="of nobody"))


@pytest.mark.parametrize("erase", [refuse, break_a_key])
def test_an_account_that_others_need_stays(
    app: Flask, ada_at: Browse, monkeypatch: pytest.MonkeyPatch, erase: Callable[[User], None]
) -> None:
    monkeypatch.setitem(app.extensions, KEEPERS, {"shop": Keeper(export=None, erase=erase)})
    page = ada_at("/accounts/delete").submit({"password": PASSWORD})
    assert page.status == 409
    assert "Something that others still need" in page.text
    assert find_user("ada@example.com")
