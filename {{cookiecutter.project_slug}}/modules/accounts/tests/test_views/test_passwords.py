"""A new password, in a browser."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage

from flask_modular.html import Page
from modules.accounts.services import User
from modules.accounts.tests.conftest import PASSWORD, Browse, path_in

NEW = "battery staple horse"
Enter = Callable[..., Page]


@pytest.fixture
def form(browse: Browse, ada: User, mails: list[EmailMessage]) -> Page:
    """Return the page that the mail for somebody who has forgotten the password leads to."""
    forgotten = browse("/accounts/sign-in").follow("Forgotten your password?")
    forgotten.submit({"email": "ada@example.com"})
    assert "POST" not in str(mails[-1].body)
    return browse(path_in(mails[-1]))


def test_the_link_in_the_mail_sets_a_new_one(form: Page, enter: Enter) -> None:
    assert "sign in with it" in form.submit({"password": NEW}).text
    assert "not right" in enter(PASSWORD).text
    assert enter(NEW).url == "/accounts/"


def test_the_link_works_once(form: Page, enter: Enter) -> None:
    form.submit({"password": NEW})
    again = form.submit({"password": "another battery horse"})
    assert "The link is not valid" in again.text
    assert enter(NEW).url == "/accounts/"


def test_a_password_that_cannot_be_used_leaves_the_link_alive(form: Page, enter: Enter) -> None:
    refused = form.submit({"password": "short"})
    assert "Please look at this again" in refused.text
    refused.submit({"password": NEW})
    assert enter(NEW).url == "/accounts/"


@pytest.mark.parametrize("token", ["x", "WyJ4Il0.aaaaaa.bbbbbb"])
def test_a_link_of_nobody_is_refused(browse: Browse, token: str) -> None:
    page = browse(f"/accounts/reset/{token}")
    assert "The link is not valid" in page.text
    assert page.url == "/accounts/password/forgotten"


def test_whether_there_is_an_account_is_not_said(
    browse: Browse, ada: User, mails: list[EmailMessage]
) -> None:
    pages = [
        browse("/accounts/password/forgotten").submit({"email": email}).text
        for email in ("ada@example.com", "nobody@example.com")
    ]
    assert pages[0] == pages[1]
    assert [mail.to for mail in mails] == [["ada@example.com"]]


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_it_takes_as_long_whether_or_not_there_is_one(
    browse: Browse, ada: User, hashes: list[str], email: str
) -> None:
    browse("/accounts/password/forgotten").submit({"email": email})
    assert len(hashes) == 1


def test_who_knows_the_old_one_sets_a_new_one_and_stays(
    app: Flask, ada_at: Browse, enter: Enter
) -> None:
    given = {"password": PASSWORD, "new_password": NEW}
    changed = ada_at("/accounts/password").submit(given)
    assert "The password is changed; other sessions have ended, tokens are revoked." in changed.text
    assert ada_at("/accounts/").url == "/accounts/"


def test_other_sessions_end(app: Flask, ada_at: Browse, ada: User) -> None:
    other = app.test_client()
    other.post("/accounts/login", json={"email": ada.email, "password": PASSWORD})
    ada_at("/accounts/password").submit({"password": PASSWORD, "new_password": NEW})
    assert other.get("/accounts/session").get_json()["user"] is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"password": "wrong", "new_password": NEW}, "That is not your password."),
        ({"password": PASSWORD, "new_password": "short"}, "at least 10"),
        ({"password": PASSWORD, "new_password": PASSWORD}, "must be different"),
    ],
)
def test_what_is_wrong_changes_nothing(
    visitor: FlaskClient, ada_at: Browse, ada: User, given: dict[str, str], says: str
) -> None:
    before = ada.fs_uniquifier
    page = ada_at("/accounts/password").submit(given)
    assert says in page.select("div", class_="form-errors")[0].text
    assert ada.fs_uniquifier == before
