"""What an attacker would try: on every route, in every form, of whatever modules there are.

A module that is put into this project is tried here without a line of its own.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import PathConverter
from werkzeug.wrappers import Response

from flask_modular import current_registry
from flask_modular.access import UNSAFE_METHODS
from flask_modular.html import Page, parse

from .test_contract import example
from .walking import (
    LEAVES,
    PLANTED,
    SHORT,
    assert_clean,
    assigned,
    everything,
    fields,
    filled_in,
    foreign,
    hidden,
    pages,
    plant,
    shape,
    written_by_programs,
)

ELSEWHERE = ("../../app.py", "..%2f..%2fapp.py", "%2e%2e/%2e%2e/app.py", r"..\..\app.py", "/app.py")
TARGETS = ("next", "url", "return_to")
SITES = ("//evil.example/", r"/\evil.example/")


@pytest.fixture
def signed_in(client: FlaskClient) -> FlaskClient:
    """Return the browser of somebody who may do everything: a session names them, and no header."""
    client.environ_base.pop("HTTP_AUTHORIZATION", None)
    return client


@pytest.fixture
def program(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a program of the same person, with what its requests carry; there has to be an API."""
    if "api.openapi" not in app.view_functions:
        pytest.skip("There is nothing for programs here.")
    program = app.test_client()
    program.environ_base.update(client.environ_base)
    client.environ_base.pop("HTTP_AUTHORIZATION", None)
    return program


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


def test_a_short_field_gets_what_it_takes() -> None:
    form = parse('<input name="name" maxlength="40"><textarea name="text"></textarea>')
    assert filled_in(form, PLANTED) == {"name": SHORT, "text": PLANTED}


def test_what_is_planted_in_forms_is_shown_as_text(signed_in: FlaskClient) -> None:
    seen: set[str] = set()
    for page in pages(signed_in):
        plant(page, seen)
    assert not assigned()  # no form sets what it does not show
    for page in pages(signed_in):
        assert_clean(page)


def test_what_is_planted_in_a_link_is_shown_as_text(signed_in: FlaskClient) -> None:
    tried: set[tuple[str, str]] = set()
    for page in pages(signed_in):
        addresses = [page.url, *(one.attributes.get("href", "") for one in page.select("a"))]
        names = {name for one in addresses for name, _ in parse_qsl(urlsplit(one).query)}
        names |= {name for form in page.select("form", method="get") for name in fields(form)}
        path = urlsplit(page.url).path
        for name in {"next", "q", *names}:
            if (shape(path), name) not in tried:
                tried.add((shape(path), name))
                assert_clean(Page.open(signed_in, f"{path}?{urlencode({name: PLANTED})}"))


def test_what_programs_plant_is_shown_as_text(client: FlaskClient, program: FlaskClient) -> None:
    statuses = []
    # New ones come first: there is something to change then.
    for method, path, body in sorted(
        written_by_programs(program), key=lambda one: one[0] != "post"
    ):
        for more in (foreign({*body}), {}):
            tag = program.get(path).headers.get("ETag", "")
            headers = {"If-Match": tag} if method != "post" else {}
            answer = program.open(path, method=method, json=body | more, headers=headers)
            assert answer.status_code < 500, f"{method} {path}"
            assert not more or answer.status_code >= 400, f"{method} {path}"
            statuses.append(answer.status_code)
    assert not statuses or min(statuses) < 300
    assert not assigned()  # no resource sets what it does not describe
    for page in pages(client):
        assert_clean(page)


def assert_here(answer: Response) -> None:
    """Assert that an answer does not lead to another site."""
    location = answer.headers.get("Location", "").replace("\\", "/")
    assert "evil" not in str(urlsplit(location).hostname), location


@pytest.mark.parametrize("site", SITES)
def test_no_link_leads_to_another_site(app: Flask, signed_in: FlaskClient, site: str) -> None:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            url = f"{example(app, rule)}?{urlencode(dict.fromkeys(TARGETS, site))}"
            with signed_in.get(url, headers={"Referer": site}) as answer:
                assert_here(answer)


@pytest.mark.parametrize("site", SITES)
def test_no_form_leads_to_another_site(signed_in: FlaskClient, site: str) -> None:
    found = [(page.url, form) for page in pages(signed_in) for form in page.select("form")]
    forms = {(shape(url), form.attributes.get("action", "")): (url, form) for url, form in found}
    for url, form in forms.values():
        action = urljoin(url, form.attributes.get("action", ""))
        if form.attributes.get("method") == "post" and not any(one in action for one in LEAVES):
            sent = dict.fromkeys({*hidden(form), *TARGETS} - {"csrf_token"}, site)
            sent = hidden(form) | filled_in(form, "x") | sent
            assert_here(signed_in.post(action, data=sent, headers={"Referer": site}))


def test_a_path_leads_to_nothing_outside_of_it(app: Flask, signed_in: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        for name, converter in rule._converters.items():
            if isinstance(converter, PathConverter) and "GET" in (rule.methods or ()):
                for path in ELSEWHERE:
                    url = rule.rule.replace(f"<path:{name}>", path)
                    with signed_in.get(url) as answer:
                        assert answer.status_code != 200, url
