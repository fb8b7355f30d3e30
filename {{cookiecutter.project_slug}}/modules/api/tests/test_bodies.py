"""What clients send: refused with a problem document, and nothing written, if it is no good."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modules.api.tests.probing import Create, is_problem, places

PRODUCTS = "/api/probe/products"
JSON = "application/json"


@pytest.fixture(autouse=True)
def unchanged(client: FlaskClient, create: Create) -> Any:
    """Check after each test that the only product is as it was before."""
    create("products", name="Tea", text="before")
    before = client.get(PRODUCTS).get_json()
    yield
    assert client.get(PRODUCTS).get_json() == before


def refused(client: FlaskClient, status: int, **sent: Any) -> set[str]:
    """Send a body as a new row and as a change; return where both are told that it is wrong."""
    [item] = client.get(PRODUCTS).get_json()["items"]
    found = [client.post(PRODUCTS, **sent), client.patch(f"{PRODUCTS}/{item['id']}", **sent)]
    assert all(is_problem(one, status) for one in found), [one.text for one in found]
    told = [places(one) if "errors" in one.get_json() else set() for one in found]
    assert told[0] >= told[1]
    return told[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": "a",}',
        b"{'name': 'a'}",
        b'{"name": "a"} {}',
        b'{"stock": NaN}',
        b'{"stock": 1e999}',
        b'{"stock": ' + b"9" * 5000 + b"}",
        b'{"name": "\xff"}',
        b"\xff\xfe{\x00}\x00",
        b'{"name": "a\x00b"}',
        b'{"details": ' + b"[" * 101 + b"]" * 101 + b"}",
        b'{"details": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    ],
)
def test_what_is_no_valid_json_is_refused(client: FlaskClient, body: bytes) -> None:
    refused(client, 400, data=body, content_type=JSON)


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"]
)
def test_a_body_of_another_type_is_refused(client: FlaskClient, type_: str) -> None:
    refused(client, 415, data=b'{"name": "Cup"}', content_type=type_)


def test_a_form_is_refused(client: FlaskClient) -> None:
    refused(client, 415, data={"name": "Cup"})


def test_a_body_without_a_type_is_refused(client: FlaskClient) -> None:
    refused(client, 415, data=b'{"name": "Cup"}')


@pytest.mark.parametrize("body", ["[]", '[{"name": "Cup"}]', '"Cup"', "1", "null"])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: str) -> None:
    refused(client, 422, data=body, content_type=JSON)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", [None, 1, True, [], {}, "", "x" * 41, "a\0b", "\ud800", "a\udfffb"]),
        ("text", [None, 1, [], "a\0b", "\ud83d"]),
        ("stock", [None, "1", 1.5, True, [], 2**31, -(2**31) - 1, 10**100]),
        ("price", [1.5, 9, "", "9,95", "1e3", "NaN", "Infinity", "1.999", "1000000", "१"]),
        ("sold_at", [0, "", "2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z", "now"]),
        ("sold_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]),
        ("is_new", [None, 0, 1, "true", "yes", []]),
        ("category_id", ["1", 1.5, True, 2**31]),
    ],
)
def test_values_of_a_wrong_type_are_pointed_at(
    client: FlaskClient, field: str, values: list[Any]
) -> None:
    for value in values:
        sent = {"name": "Cup", field: value}
        assert refused(client, 422, json=sent) == {f"#/{field}"}, value


@pytest.mark.parametrize("field", ["id", "unknown", "__class__", "a/b", "", "parent.name"])
def test_fields_that_cannot_be_written_are_pointed_at(client: FlaskClient, field: str) -> None:
    sent = {"name": "Cup", field: 1}
    assert refused(client, 422, json=sent) == {f"#/{field.replace('/', '~1')}"}


def test_all_that_is_wrong_is_told_at_once(client: FlaskClient) -> None:
    assert refused(client, 422, json={"name": "", "stock": "a", "x": 1}) == {
        "#/name",
        "#/stock",
        "#/x",
    }


def test_what_is_told_has_an_end(client: FlaskClient) -> None:
    sent = {f"unknown {number}": 1 for number in range(5000)}
    assert len(client.post(PRODUCTS, json=sent).get_json()["errors"]) == 100


def test_a_body_that_is_too_large_is_refused(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "API_MAX_BODY", 1000)
    sent = {"name": "Cup", "text": "x" * 1000}
    refused(client, 413, json=sent)


def test_statements_are_texts(client: FlaskClient, create: Create) -> None:
    text = "x'); DROP TABLE probe_product; --"
    made = create("products", name=text)
    assert client.get(PRODUCTS, query_string={"name": text}).get_json()["items"] == [made]
    assert client.delete(f"{PRODUCTS}/{made['id']}").status_code == 204


@pytest.mark.parametrize("name", ["X-Request-ID", "Idempotency-Key", "Origin", "If-None-Match"])
def test_headers_take_no_others_along(client: FlaskClient, name: str) -> None:
    evil = "a%0d%0aSet-Cookie: a=b\tSet-Cookie: a=b\x7f"
    response = client.get(PRODUCTS, headers={name: evil})
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_addresses_take_no_headers_along(client: FlaskClient) -> None:
    response = client.get(f"{PRODUCTS}?limit=1&q=e%0d%0aSet-Cookie:%20a=b&count=true")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert is_problem(client.get("/api/probe/%0d%0aSet-Cookie:%20a=b"), 404)
