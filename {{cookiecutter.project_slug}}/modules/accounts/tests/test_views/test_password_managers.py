"""Password managers are told whose password a form is about."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from flask_modular.html import Element, Page
from modules.accounts.services import User
from modules.accounts.tests.conftest import Browse, path_in


def forms(page: Page) -> list[Element]:
    """Return the forms of a page that ask for a password."""
    return [form for form in page.select("form") if form.select("input", type="password")]


def username(form: Element) -> Element:
    """Return the field that says whose password it is; it stands before that."""
    fields = form.select("input")
    [found] = [one for one in fields if "username" in one.attributes.get("autocomplete", "")]
    kinds = [one.attributes["type"] for one in fields]
    assert fields.index(found) < kinds.index("password")
    return found


def pages(app: Flask) -> list[str]:
    """Return the pages of accounts that can be opened without arguments."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("accounts.")]
    return [rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments]


@pytest.mark.parametrize("on", [False, True])
def test_they_know_whose_password_is_asked_for(
    app: Flask, ada_at: Browse, request: pytest.FixtureRequest, on: bool
) -> None:
    if on:
        request.getfixturevalue("secret")
    found = {url: forms(ada_at(url)) for url in pages(app)}
    asking = {url: one for url, [one] in ((url, these) for url, these in found.items() if these)}
    assert {"/accounts/password", "/accounts/address", "/accounts/delete"} <= set(asking)
    for url, form in asking.items():
        field = username(form)
        assert field.attributes["value"] == "ada@example.com", url
        assert field.attributes["type"] == "text"
        assert "hidden" in field.attributes


@pytest.mark.parametrize("url", ["/accounts/sign-in", "/accounts/sign-up"])
def test_they_keep_what_somebody_signs_in_with(browse: Browse, url: str) -> None:
    [form] = forms(browse(url))
    field = username(form)
    assert (field.attributes["name"], "hidden" in field.attributes) == ("email", False)


def test_they_know_whose_password_a_link_sets(
    ada: User, browse: Browse, mails: list[EmailMessage]
) -> None:
    browse("/accounts/password/forgotten").submit({"email": ada.email})
    [form] = forms(browse(path_in(mails[-1])))
    assert username(form).attributes["value"] == "ada@example.com"


def test_what_is_sent_for_it_means_nothing(ada_at: Browse, enter: Callable[..., Page]) -> None:
    form = ada_at("/accounts/password")
    refused = form.submit({"username": "eve@example.com", "password": "wrong"})
    [again] = forms(refused)
    assert username(again).attributes["value"] == "ada@example.com"
