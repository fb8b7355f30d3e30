"""The first page, and who gets in at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from flask_modular import db
from flask_modular.access import UNSAFE_METHODS
from flask_modular.html import Page, parse
from modules.accounts.services import create_user

from .conftest import Open


@pytest.fixture
def doors(app: Flask, root: str) -> list[tuple[str, str]]:
    """Return the method and the URL of everything that is below the first page."""
    return [(method, rule.rule) for rule in rules(app, root) for method in rule.methods or ()]


def rules(app: Flask, root: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(root) and not rule.endpoint.endswith("static"):
            yield rule


def test_the_first_page_leads_to_all_others(page: Open, root: str) -> None:
    first = page(root)
    for title in ("People", "Roles", "Tokens", "Changes", "Modules"):
        assert first.follow(title).select("h1")[0].text == title


def test_nobody_gets_in_who_is_not_signed_in(
    visitor: FlaskClient, doors: list[tuple[str, str]]
) -> None:
    assert len(doors) > 20
    for method, url in doors:
        answer = visitor.open(url, method=method, headers={"Accept": "text/html"})
        assert answer.status_code in ({302, 401} if method != "OPTIONS" else {302, 401, 403}), url
        assert "<h1>People" not in answer.text


def test_nobody_gets_in_who_is_no_administrator(
    visitor: FlaskClient, doors: list[tuple[str, str]], db_session: Any
) -> None:
    email, password = "member@example.com", "correct horse staple"
    create_user(email, password)
    db.session.commit()
    answer = visitor.post("/accounts/login", json={"email": email, "password": password})
    token = {"X-CSRFToken": answer.get_json()["csrf_token"]}
    for method, url in doors:
        assert visitor.open(url, method=method, headers=token).status_code == 403, (method, url)


def test_nothing_is_changed_without_the_token_of_a_form(
    client: FlaskClient, doors: list[tuple[str, str]]
) -> None:
    unsafe = [door for door in doors if door[0] in UNSAFE_METHODS]
    assert {method for method, _ in unsafe} == {"POST"}
    for _, url in unsafe:
        answer = client.post(url, headers={"Accept": "text/html"})
        assert answer.status_code == 400
        assert "form has expired" in answer.text


def test_the_menu_shows_the_way_to_administrators_alone(
    page: Open, member: FlaskClient, visitor: FlaskClient
) -> None:
    assert "Administration" in page("/no-such-page").links
    for somebody in (member, visitor):
        assert "Administration" not in Page.open(somebody, "/no-such-page").links


def test_nothing_is_inline(page: Open, root: str, doors: list[tuple[str, str]]) -> None:
    for method, url in doors:
        shown = page(url) if method == "GET" else None
        if shown is None or shown.status == 404:
            continue
        assert not shown.select("style")
        for element in parse(shown.response.text).select():
            names = element.attributes.keys()
            assert not {name for name in names if name == "style" or name.startswith("on")}


def test_what_pages_are_dressed_with_is_there(page: Open, root: str) -> None:
    first = page(root)
    urls = [one.attributes["href"] for one in first.select("link")]
    urls += [one.attributes["src"] for one in first.select("script")]
    names = {re.sub(r".*/|\.[0-9a-f]{10}", "", url) for url in urls}
    assert {"admin.css", "admin.js"} <= names
    for url in urls:
        assert first.client.get(url, buffered=True).status_code == 200
