"""The landing page."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import current_registry
from flask_modular.html import Page


@pytest.fixture
def development(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test in debug mode, as `flask run --debug` does."""
    monkeypatch.setitem(app.config, "DEBUG", True)


def test_the_landing_page_has_the_title_of_the_site(
    app: Flask, page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SITE_TITLE", "Chairs & more")
    home = page("/")
    assert home.status == 200
    assert home.title.endswith("Chairs & more")


def test_nothing_internal_is_shown_in_production(page: Callable[..., Page]) -> None:
    home = page("/")
    assert "flask module" not in home.text
    assert "modules/" not in home.text
    assert not home.select("table", class_="home-grid")


@pytest.mark.usefixtures("development")
def test_development_shows_every_module_and_where_it_is(
    app: Flask, page: Callable[..., Page]
) -> None:
    home = page("/")
    with app.app_context():
        for loaded in current_registry().modules.values():
            assert loaded.manifest.title in home.text
    rows = {row.select("th")[0].text.split()[0]: row for row in home.select("tr")[1:]}
    assert rows["Home"].select("code")[0].text == "/"
    assert "views" in [cell.text for cell in rows["Home"].select("td", class_="is-on")]


@pytest.mark.usefixtures("development")
def test_development_says_what_to_do_next(page: Callable[..., Page]) -> None:
    commands = [step.text for step in page("/").select("code") if step.attributes.get("id")]
    assert "modules/home/templates/home/index.html" in commands[0].replace(" ", "")
    assert commands[1].startswith("flask module new shop --model")


@pytest.mark.usefixtures("development")
def test_what_development_links_to_is_there(page: Callable[..., Page], client: FlaskClient) -> None:
    routes = [link for item in page("/").select("details") for link in item.select("a")]
    for link in routes:
        assert client.get(link.attributes["href"]).status_code < 500


def test_the_files_of_the_page_are_there(page: Callable[..., Page], client: FlaskClient) -> None:
    sheets = [one.attributes["href"] for one in page("/").select("link", rel="stylesheet")]
    assert any("/home." in url for url in sheets)
    for url in sheets:
        with client.get(url) as response:
            assert response.status_code == 200
            named = re.findall(r'url\("(?!data:)([^"]+)"\)', response.get_data(as_text=True))
        for name in named:
            with client.get(urljoin(url, name)) as response:
                assert response.status_code == 200, name


def test_the_list_of_modules_says_what_it_is(app: Flask) -> None:
    listed = app.test_cli_runner().invoke(args=["module", "list", "home"])
    assert "landing page" in listed.output
