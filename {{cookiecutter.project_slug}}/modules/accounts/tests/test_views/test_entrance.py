"""Sign up, confirm, sign in, sign out, in a browser."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from sqlalchemy import select

from flask_modular import db
from flask_modular.html import Page
from modules.accounts.services import User, deactivate, find_user
from modules.accounts.tests.conftest import PASSWORD, Browse, path_in

Mails = list[EmailMessage]
Enter = Callable[..., Page]
BEN = {"email": "ben@example.com", "password": PASSWORD}


def who(client: FlaskClient) -> object:
    return client.get("/accounts/session", headers={"Accept": "*/*"}).get_json()["user"]


def test_from_sign_up_by_the_mail_to_ones_account(browse: Browse, mails: Mails) -> None:
    told = browse("/accounts/sign-in").follow("New here? Sign up").submit(BEN)
    assert "A mail is on its way" in told.text
    confirmed = browse(path_in(mails[0]))
    assert "The address is confirmed; sign in." in confirmed.text
    mine = confirmed.submit(BEN)
    assert mine.url == "/accounts/"
    assert "ben@example.com" in mine.text


def test_a_program_that_opens_the_link_reads_json(
    visitor: FlaskClient, browse: Browse, mails: Mails
) -> None:
    browse("/accounts/sign-up").submit(BEN)
    answer = visitor.get(path_in(mails[0]), headers={"Accept": "application/json"})
    assert answer.get_json() == {"message": "The address is confirmed; sign in."}


def test_looking_whether_a_link_is_alive_confirms_nothing(
    visitor: FlaskClient, browse: Browse, mails: Mails
) -> None:
    browse("/accounts/sign-up").submit(BEN)
    visitor.head(path_in(mails[0]), follow_redirects=True)
    assert db.session.scalars(select(User.confirmed_at)).one() is None


def test_a_taken_address_is_told_to_its_owner_alone(
    browse: Browse, ada: User, mails: Mails
) -> None:
    texts = {
        browse("/accounts/sign-up").submit({**BEN, "email": email}).text
        for email in ("ben@example.com", "ADA@example.com")
    }
    assert len(texts) == 1
    assert [mail.subject for mail in mails] == [
        "Please confirm your address",
        "You have an account already",
    ]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "nobody"}, "Mail address"),
        ({"email": ""}, "Mail address"),
        ({"password": "short"}, "Password"),
        ({"password": ""}, "Password"),
        ({"password": "x" * 129}, "Password"),
    ],
)
def test_what_cannot_be_used_is_pointed_at(
    browse: Browse, mails: Mails, wrong: dict[str, str], says: str
) -> None:
    page = browse("/accounts/sign-up").submit({**BEN, **wrong})
    assert says in page.select("div", class_="form-errors")[0].text
    assert mails == []
    assert db.session.scalars(select(User)).all() == []


def test_there_is_no_sign_up_where_that_is_switched_off(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_SIGN_UP", False)
    assert browse("/accounts/sign-up").status == 404
    assert "New here? Sign up" not in browse("/accounts/sign-in").links


@pytest.mark.parametrize("name", ["ada@example.com", "nobody@example.com", "no address"])
def test_what_is_wrong_is_not_said(browse: Browse, ada: User, hashes: list[str], name: str) -> None:
    page = browse("/accounts/sign-in").submit({"email": name, "password": "wrong"})
    assert "The address or the password is not right." in page.text
    assert len(hashes) == 1


def test_a_deactivated_account_is_like_none(visitor: FlaskClient, ada: User, enter: Enter) -> None:
    deactivate(ada)
    assert "The address or the password is not right." in enter().text
    assert who(visitor) is None


def test_only_who_knows_the_password_learns_that_the_address_is_not_confirmed(
    ada: User, enter: Enter, mails: Mails
) -> None:
    ada.confirmed_at = None
    assert "onfirm" not in enter("wrong").text
    page = enter()
    assert "Confirm your address first" in page.text
    page.follow("Send the mail again").submit({"email": "ada@example.com"})
    assert [mail.to for mail in mails] == [["ada@example.com"]]


def test_guessing_is_limited_here_too(
    app: Flask, ada: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_ACCOUNT_LIMIT", "2 per hour")
    assert [enter("wrong").status, enter("wrong").status] == [200, 200]
    locked = enter()
    assert locked.status == 429
    assert "Not so fast" in locked.text


@pytest.mark.parametrize("url", ["sign-up", "confirm-again", "password/forgotten"])
def test_nobody_is_flooded_with_mails(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_MAIL_LIMIT", "1 per hour")
    answers = [browse(f"/accounts/{url}").submit(BEN).status for _ in range(2)]
    assert answers == [200, 429]


def test_a_refused_page_comes_after_the_sign_in(ada: User, browse: Browse) -> None:
    asked = browse("/accounts/sessions?sort=%2B1")
    assert asked.url.startswith("/accounts/sign-in?next=")
    shown = asked.submit({"email": "ada@example.com", "password": PASSWORD})
    assert shown.url == "/accounts/sessions?sort=%2B1"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_nobody_is_sent_elsewhere(visitor: FlaskClient, ada: User, target: str) -> None:
    form = Page.open(visitor, "/accounts/sign-in")
    token = form.select("input", name="csrf_token")[0].attributes["value"]
    given = {"email": ada.email, "password": PASSWORD, "csrf_token": token}
    query = {"next": target}
    response = visitor.post("/accounts/sign-in", data=given, query_string=query)
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/")
    again = visitor.get("/accounts/sign-in", query_string=query)
    assert again.headers["Location"] == "/accounts/"


def test_a_session_that_somebody_planted_is_not_gone_on_with(
    visitor: FlaskClient, ada: User, enter: Enter
) -> None:
    with visitor.session_transaction() as planted:
        planted["cart"] = "theirs"
    before = visitor.get("/accounts/session").get_json()["csrf_token"]
    enter()
    with visitor.session_transaction() as renewed:
        assert "cart" not in renewed
    assert visitor.get("/accounts/session").get_json()["csrf_token"] != before


@pytest.mark.parametrize("box", ["y", None])
def test_whoever_wants_to_stays_signed_in(
    visitor: FlaskClient, ada: User, enter: Enter, box: str | None
) -> None:
    enter(remember=box)
    visitor.delete_cookie("session")
    assert bool(who(visitor)) is (box == "y")


def test_the_cookies_are_for_the_server_alone(visitor: FlaskClient, ada: User) -> None:
    form = Page.open(visitor, "/accounts/sign-in").select("input", name="csrf_token")[0]
    given = {"email": ada.email, "password": PASSWORD, "remember": "y"}
    response = visitor.post(
        "/accounts/sign-in", data={**given, "csrf_token": form.attributes["value"]}
    )
    cookies = response.headers.getlist("Set-Cookie")
    assert {one.partition("=")[0] for one in cookies} == {"session", "remember_token"}
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in cookies)


def test_the_header_says_who_is_there_and_signs_out(
    visitor: FlaskClient, ada: User, browse: Browse, enter: Enter
) -> None:
    assert browse("/no-such-page").links["Sign in"] == "/accounts/sign-in"
    enter(remember="y")
    page = browse("/no-such-page")
    assert "Sign in" not in page.links
    assert "You are signed out." in page.submit(action="/accounts/sign-out").text
    assert who(visitor) is None
    assert visitor.get_cookie("remember_token") is None


def test_another_site_can_do_nothing(visitor: FlaskClient, ada_at: Browse) -> None:
    for rule in visitor.application.url_map.iter_rules():
        if rule.endpoint.startswith("accounts.") and "POST" in (rule.methods or ()):
            url = re.sub("<int[^>]*>", "1", rule.rule).replace("<token>", "x")
            assert visitor.post(url, data={"password": PASSWORD}).status_code == 400, url
    assert who(visitor)
    assert find_user("ada@example.com")
