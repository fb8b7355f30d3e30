"""Other origins: whose pages may use the API from a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_modular import ModularError
from modules.api.tests.probing import Another

SHOP = "https://shop.example.com"
Open = Callable[..., FlaskClient]


@pytest.fixture
def opened(another: Another) -> Open:
    """Return a function that makes an application open to some origins, and a client of it."""

    def make(*origins: str, credentials: bool = False) -> FlaskClient:
        settings = {"API_CORS_ORIGINS": [*origins], "API_CORS_CREDENTIALS": credentials}
        return another(**settings).test_client()

    return make


def ask(client: FlaskClient, origin: str, path: str = "/api/probe/products") -> TestResponse:
    """Ask as a browser does before it sends a change."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "if-match, content-type, idempotency-key",
    }
    return client.options(path, headers=headers)


def allowed(response: TestResponse) -> str | None:
    """Return whose pages may read an answer."""
    return response.headers.get("Access-Control-Allow-Origin")


def test_nobody_else_is_let_in_unless_named(client: FlaskClient) -> None:
    assert allowed(ask(client, SHOP)) is None
    assert allowed(client.get("/api/", headers={"Origin": SHOP})) is None


def test_pages_of_a_named_origin_may_read(opened: Open) -> None:
    response = opened(SHOP).get("/api/", headers={"Origin": SHOP})
    assert allowed(response) == SHOP
    assert "Origin" in response.vary
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Link", "Location", "Retry-After"} <= {*exposed}


def test_errors_can_be_read_as_well(opened: Open) -> None:
    response = opened(SHOP).get("/api/no-such-thing", headers={"Origin": SHOP})
    assert (response.status_code, allowed(response)) == (404, SHOP)


def test_pages_of_a_named_origin_may_change(opened: Open) -> None:
    response = ask(opened("https://other.example", SHOP), SHOP)
    assert (response.status_code, allowed(response)) == (200, SHOP)
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    named = response.headers["Access-Control-Allow-Headers"]
    assert named == "content-type, idempotency-key, if-match"
    assert response.headers["Access-Control-Max-Age"] == "600"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://shop.example.com.evil.example",
        "https://evil-shop.example.com",
        "http://shop.example.com",
        "https://shop.example.com:8443",
        "https://shopXexample.com",
        "null",
        "*",
    ],
)
def test_others_are_not_let_in(opened: Open, origin: str) -> None:
    client = opened(SHOP)
    assert allowed(ask(client, origin)) is None
    refused = client.get("/api/", headers={"Origin": origin})
    assert allowed(refused) is None
    assert "Origin" in refused.vary  # or a cache would show this one to those who are let in


def test_pages_of_this_site_are_not_opened_to_others(opened: Open) -> None:
    client = opened(SHOP)
    assert allowed(client.get("/no-such-page", headers={"Origin": SHOP})) is None
    assert allowed(client.get("/apis", headers={"Origin": SHOP})) is None


def test_cookies_are_sent_where_that_is_wanted(opened: Open) -> None:
    name = "Access-Control-Allow-Credentials"
    assert name not in ask(opened(SHOP), SHOP).headers
    response = ask(opened(SHOP, credentials=True), SHOP)
    assert (response.headers[name], allowed(response)) == ("true", SHOP)
    assert name not in ask(opened(SHOP, credentials=True), "https://evil.example").headers


def test_everybody_may_be_let_in_without_cookies(opened: Open) -> None:
    response = opened("*").get("/api/", headers={"Origin": SHOP})
    assert allowed(response) == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_everybody_with_cookies_is_refused(opened: Open) -> None:
    with pytest.raises(ModularError, match="name the origins"):
        opened(SHOP, "*", credentials=True)


@pytest.mark.parametrize(
    "origin", ["shop.example.com", "https://shop.example.com/", "https://*.example.com", "null", ""]
)
def test_what_is_no_origin_is_named(opened: Open, origin: str) -> None:
    with pytest.raises(ModularError, match="is no origin") as error:
        opened(origin)
    assert f'"{origin}"' in str(error.value)
