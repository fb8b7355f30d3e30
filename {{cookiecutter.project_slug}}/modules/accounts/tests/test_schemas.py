"""What the endpoints of accounts take, and what the specification says of them."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modules.accounts.tests.conftest import Bearer

URL = "/api/accounts/tokens"
WANTED = {"name": "Laptop", "scopes": ["*.read"]}


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"name": "x" * 101}, "#/name"),
        ({"scopes": []}, "#/scopes"),
        ({"scopes": ["all notes"]}, "#/scopes/0"),
        ({"scopes": ["notes.*\n"]}, "#/scopes/0"),
        ({"scopes": "*"}, "#/scopes"),
        ({"expires_in_days": 0}, "#/expires_in_days"),
        ({"expires_in_days": 3651}, "#/expires_in_days"),
        ({"user_id": 1}, "#/user_id"),
    ],
)
def test_what_cannot_be_used_is_pointed_at(
    visitor: FlaskClient, bearer: Bearer, given: dict[str, Any], pointer: str
) -> None:
    response = visitor.post(URL, json={**WANTED, **given}, headers=bearer())
    assert response.status_code == 422
    assert [one["pointer"] for one in response.get_json()["errors"]] == [pointer]


@pytest.fixture
def described(visitor: FlaskClient) -> dict[str, Any]:
    """Return the specification."""
    found: dict[str, Any] = visitor.get("/api/openapi.json").get_json()
    return found


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("post", "/accounts/login", [{}]),
        ("post", "/accounts/change", [{"session": [], "csrf": []}]),
        ("get", URL, [{"bearer": ["accounts.tokens"]}, {"session": []}]),
        ("get", "/api/accounts/profile", [{"bearer": []}, {"session": []}]),
        ("post", "/api/accounts/two-factor/off", [{"session": [], "csrf": []}]),
        ("post", URL, [{"basic": []}, {"bearer": []}, {"session": [], "csrf": []}, {}]),
    ],
)
def test_the_specification_names_credentials(
    described: dict[str, Any], method: str, path: str, expected: list[Any]
) -> None:
    assert described["paths"][path][method]["security"] == expected
    known = described["components"]["securitySchemes"]
    assert {name for one in expected for name in one} <= set(known)


def test_the_specification_describes_the_endpoints_of_flask_security(
    app: Flask, described: dict[str, Any]
) -> None:
    endpoints = {
        (method.lower(), rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("security.")
    }
    missing = {one for one in endpoints if one[0] not in described["paths"].get(one[1], {})}
    assert missing == set()
    bodies = described["paths"]["/accounts/login"]["post"]["requestBody"]
    assert bodies["content"]["application/json"]["example"]["password"]
