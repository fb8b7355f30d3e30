"""CSRF protection and cached assets."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFError, generate_csrf

from flask_modular.html import parse
from modules.site.services import csrf, site_asset


def test_a_form_without_a_token_is_refused(app: Flask) -> None:
    assert app.extensions["csrf"] is csrf
    with app.test_request_context("/", method="POST"), pytest.raises(CSRFError):
        csrf.protect()


def test_a_form_with_its_token_is_taken(app: Flask) -> None:
    with app.test_request_context("/", method="POST") as context:
        context.request.headers = {"X-CSRFToken": generate_csrf()}  # type: ignore[assignment]
        csrf.protect()


def test_a_token_lives_as_long_as_its_session(app: Flask) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None


def test_browsers_keep_assets_for_a_year(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/"):
        url = site_asset("site.css")
    with client.get(url) as response:
        assert response.cache_control.max_age == 31_536_000
        assert "immutable" in response.headers["Cache-Control"]
    for other in (url.partition("?")[0], f"{url}0"):
        with client.get(other) as response:
            assert response.status_code == 200
            assert "immutable" not in response.headers["Cache-Control"]


def test_whatever_a_page_loads_is_kept_by_browsers(visitor: FlaskClient) -> None:
    root = parse(visitor.get("/no-such-page").text)
    links = [one.attributes["href"] for one in root.select("link")]
    urls = {
        *links,
        *(one.attributes["src"] for one in root.select(None) if "src" in one.attributes),
    }
    assert len(urls) >= 6
    for url in urls:
        with visitor.get(url) as response:
            assert "immutable" in response.headers["Cache-Control"], url


def test_bootstrap_is_served_from_here(client: FlaskClient) -> None:
    with client.get("/bootstrap/static/css/bootstrap.min.css") as response:
        assert response.status_code == 200
