"""The menu, icons, assets and links that pages are made with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader

from flask_modular import MenuItem, Module, current_registry
from modules.site.services import (
    SLOTS,
    fill,
    local_path,
    localized,
    page_number,
    site_icon,
    site_link,
    site_menu,
    site_slot,
)


@pytest.fixture
def menu(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[MenuItem]:
    """Replace the menu by one that the test fills; /section and /section/sub are pages."""
    items: list[MenuItem] = []
    urls = {"a.index": "/section", "b.index": "/section/sub", "c.index": "/sections", "d": "/"}
    with app.app_context():
        monkeypatch.setattr(current_registry(), "menu", items)
    monkeypatch.setattr("modules.site.services.url_for", urls.__getitem__)
    return items


def current(app: Flask, path: str) -> dict[str, str]:
    """Return what the menu marks on a page."""
    with app.test_request_context(path):
        return {link.label: link.current for link in site_menu() if link.current}


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/section", {"A": "page"}),
        ("/section/42", {"A": "true"}),
        ("/section/sub", {"B": "page"}),
        ("/section/sub/1", {"B": "true"}),
        ("/", {"D": "page"}),
        ("/elsewhere", {}),
    ],
)
def test_the_menu_marks_one_entry(
    app: Flask, menu: list[MenuItem], path: str, marked: dict[str, str]
) -> None:
    for label, endpoint in zip("ABCD", ["a.index", "b.index", "c.index", "d"], strict=True):
        menu.append(MenuItem(label, endpoint, "shop"))
    assert current(app, path) == marked


def test_the_menu_leaves_out_what_is_not_visible(app: Flask, menu: list[MenuItem]) -> None:
    menu.append(MenuItem("Seen", "a.index", "shop", icon="box"))
    menu.append(MenuItem("Hidden", "b.index", "shop", visible=lambda: False))
    with app.test_request_context("/"):
        assert [(link.label, link.icon) for link in site_menu()] == [("Seen", "box")]


def test_icons_are_drawn_in_place() -> None:
    assert str(site_icon("sun")).startswith('<svg class="icon icon-sun"')
    assert "<path" in site_icon("sun")


@pytest.mark.parametrize("name", ["", "no-such-icon", '"><script>', ".*"])
def test_an_unknown_icon_is_nothing(name: str) -> None:
    assert site_icon(name) == ""


def test_links_keep_the_query_and_change_what_is_asked(app: Flask) -> None:
    with app.test_request_context("/?q=a+b&page=3&tag=x&tag=y"):
        assert request.endpoint is None or site_link(page=4).endswith("q=a+b&page=4&tag=x&tag=y")
        assert site_link(page=None, q="", tag=None) in {"", "/"}


def test_links_do_not_obey_the_query(app: Flask) -> None:
    with app.test_request_context("/?_scheme=javascript&_external=1&endpoint=x"):
        assert "javascript:" not in site_link(page=2)
        assert site_link(page=2).partition("?")[0] in {"", "/"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, "1234.5"),
        (date(2026, 3, 1), "2026-03-01"),
        (time(8, 30), "08:30:00"),
        (datetime(2026, 3, 1, 8, 30, 15), "2026-03-01 08:30"),
        (datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC), "2026-03-01 08:30 UTC"),
    ],
)
def test_values_are_the_same_for_everyone(value: object, text: str) -> None:
    assert localized(value) == text


def test_modules_fill_places_in_order() -> None:
    first, second = Module("first"), Module("second")
    fill(first, "footer", "first/late.html", order=2)
    fill(second, "footer", "second/early.html", order=1)
    app = Flask(__name__)
    for module in (first, second):
        app.register_blueprint(module)
    with app.app_context():
        assert site_slot("footer") == ["second/early.html", "first/late.html"]
        assert site_slot("header") == []


@pytest.mark.parametrize("slot", ["head", "header", "banner", "footer"])
def test_the_layout_shows_what_fills_its_places(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, slot: str
) -> None:
    monkeypatch.setitem(app.extensions, SLOTS, {slot: [(1, "probe.html")]})
    monkeypatch.setitem(app.config, "SITE_TITLE", "Chairs")
    probe = DictLoader({"probe.html": "<!-- {{ config.SITE_TITLE }} was here -->"})
    assert app.jinja_env.loader is not None
    loader = ChoiceLoader([probe, app.jinja_env.loader])
    monkeypatch.setattr(app.jinja_env, "loader", loader)
    page = visitor.get("/no-such-page").text
    assert page.count("<!-- Chairs was here -->") == 1


@pytest.mark.parametrize("target", ["/", "/notes/?q=a%20b", "/notes/a b", "/a//b", "/ä"])
def test_a_path_of_this_site_is_local(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    ["", "notes", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example/"],
)
def test_what_leads_elsewhere_is_not(target: str) -> None:
    assert local_path(target) == ""


@pytest.mark.parametrize(
    ("asked", "number"), [("", 1), ("3", 3), ("x", 1), ("99999999999999999999", 1_000_000)]
)
def test_a_page_is_one_that_databases_can_count_to(app: Flask, asked: str, number: int) -> None:
    with app.test_request_context(query_string={"page": asked}):
        assert page_number() == number
