"""What an attacker would try: on every route, in every form, of whatever modules there are.

A module that is put into this project is tried here without a line of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import PathConverter

from flask_modular import current_registry, db
from flask_modular.access import UNSAFE_METHODS
from flask_modular.html import Element, Page

from .test_contract import example

TAG = "planted"
PLANTED = f'javascript:0//\'"></title></textarea></script><{TAG} x="'
ASSIGNED = "987654321"
ELSEWHERE = ("../../app.py", "..%2f..%2fapp.py", "%2e%2e/%2e%2e/app.py", r"..\..\app.py", "/app.py")
LEAVES = ("logout", "signout")  # what ends the session, and the walk with it
TEXTS = ("text", "search", "textarea", "url", "email", "tel")
VALUES = {
    "number": "1",
    "date": "2026-01-01",
    "datetime-local": "2026-01-01T00:00",
    "time": "00:00",
    "color": "#000000",
}


@pytest.fixture
def signed_in(client: FlaskClient) -> FlaskClient:
    """Return the browser of somebody who may do everything: a session names them, and no header."""
    client.environ_base.pop("HTTP_AUTHORIZATION", None)
    return client


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for table in tables
    }


def shape(path: str) -> str:
    """Return what a path has in common with those that show other rows."""
    return re.sub(r"\d+|[0-9a-f-]{36}", "0", path)


def pages(client: FlaskClient) -> Iterator[Page]:
    """Yield the pages that links lead to: of those of one shape, three at most."""
    rules = [rule for rule in client.application.url_map.iter_rules() if not rule.arguments]
    waiting = sorted(rule.rule for rule in rules if "GET" in (rule.methods or ()))
    seen: Counter[str] = Counter()
    while waiting:
        url = waiting.pop(0)
        kind = shape(urlsplit(url).path)
        known = seen[url] or seen[kind] == 3
        if known or not url.startswith("/") or any(one in url for one in LEAVES):
            continue
        seen.update({url, kind})
        page = Page.open(client, url)
        if page.response.mimetype == "text/html":
            yield page
            links = [one.attributes.get("href", "") for one in page.select("a")]
            waiting += [urljoin(page.url, link).partition("#")[0] for link in links]


def fields(form: Element) -> dict[str, str]:
    """Return the types of a form's fields, by name."""
    found = [(one, one.attributes.get("type", "text")) for one in form.select("input")]
    found += [(one, one.tag) for tag in ("textarea", "select") for one in form.select(tag)]
    return {one.attributes["name"]: kind for one, kind in found if "name" in one.attributes}


def plant(page: Page) -> None:
    """Send every form of a page that takes texts, with markup in them and fields that it lacks."""
    columns = {column.name for table in db.metadata.sorted_tables for column in table.columns}
    for form in page.select("form", method="post"):
        types = fields(form)
        if "password" in types.values() or not set(TEXTS) & set(types.values()):
            continue
        sent: dict[str, Any] = dict.fromkeys(columns - set(types), ASSIGNED)
        for name, kind in types.items():
            if kind in TEXTS:
                sent[name] = PLANTED
            elif kind in VALUES:
                sent[name] = VALUES[kind]
        for one in form.select("select"):
            options = [option.attributes.get("value", "") for option in one.select("option")]
            sent[one.attributes["name"]] = next(filter(None, options), "")
        action = urljoin(page.url, form.attributes.get("action", ""))
        page.submit(sent, action=urlsplit(action).path)


def assert_clean(page: Page) -> None:
    """Assert that a page has nothing that somebody planted."""
    assert not page.select(TAG), page.url
    for one in page.select():
        for name in ("href", "src", "action", "formaction"):
            assert not one.attributes.get(name, "").lower().startswith("javascript:"), page.url


def test_another_site_has_a_browser_change_nothing(app: Flask, signed_in: FlaskClient) -> None:
    if "accounts" not in current_registry().modules and "csrf" not in app.extensions:
        pytest.skip("Nobody has a session here.")
    bodies: tuple[dict[str, Any], ...] = ({"data": {"name": "x"}}, {"json": {}})
    before = everything()
    for rule in app.url_map.iter_rules():
        for method in sorted(UNSAFE_METHODS & (rule.methods or set())):
            for body in bodies:
                answer = signed_in.open(example(app, rule), method=method, **body)
                assert answer.status_code in (400, 401, 403), f"{method} {rule}"
    assert everything() == before


def test_nothing_is_framed_guessed_at_or_scripted_from_elsewhere(
    app: Flask, signed_in: FlaskClient
) -> None:
    if "ops" not in current_registry().modules:
        pytest.skip("No module here sends headers.")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            with signed_in.get(example(app, rule)) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "frame-ancestors 'none'" in policy or "sandbox" in policy, rule
                assert "'unsafe-inline'" not in policy.partition("style-src")[0], rule
                assert answer.headers["X-Content-Type-Options"] == "nosniff", rule


def test_what_is_planted_in_forms_is_shown_as_text(signed_in: FlaskClient) -> None:
    for page in pages(signed_in):
        plant(page)
    rows = [(name, row) for name, rows in everything().items() for row in rows]
    assigned = [(name, row) for name, row in rows if ASSIGNED in map(str, row)]
    assert not assigned  # no form sets what it does not show
    for page in pages(signed_in):
        assert_clean(page)


def test_what_is_planted_in_a_link_is_shown_as_text(signed_in: FlaskClient) -> None:
    tried: set[tuple[str, str]] = set()
    for page in pages(signed_in):
        addresses = [page.url, *(one.attributes.get("href", "") for one in page.select("a"))]
        names = {name for one in addresses for name, _ in parse_qsl(urlsplit(one).query)}
        names |= {name for form in page.select("form", method="get") for name in fields(form)}
        path = urlsplit(page.url).path
        for name in {"next", "q", *names} - {"v"}:
            if (shape(path), name) not in tried:
                tried.add((shape(path), name))
                assert_clean(Page.open(signed_in, f"{path}?{urlencode({name: PLANTED})}"))


def test_a_path_leads_to_nothing_outside_of_it(app: Flask, signed_in: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        for name, converter in rule._converters.items():
            if isinstance(converter, PathConverter) and "GET" in (rule.methods or ()):
                for path in ELSEWHERE:
                    url = rule.rule.replace(f"<path:{name}>", path)
                    with signed_in.get(url) as answer:
                        assert answer.status_code != 200, url
