"""The specification: valid, complete, and with examples that are as they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import Permission
from modules.api import contributions
from modules.api.specification import specification_of
from modules.api.tests.probing import Another

Document = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
PRODUCTS, PRODUCT = "/api/probe/products", "/api/probe/products/{product_id}"


@pytest.fixture
def document(visitor: FlaskClient) -> Document:
    """Return the specification."""
    found: Document = visitor.get("/api/openapi.json").get_json()
    return found


def specified(app: Flask) -> Document:
    """Return the specification of an application."""
    with app.app_context():
        return specification_of(app).describe()


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield all operations, each with its method and path."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method} {path}", item[method]


def test_it_is_valid(document: Document) -> None:
    known = pytest.importorskip("schemathesis.specs.openapi.definitions")
    known.OPENAPI_31_VALIDATOR.validate(document)


def test_each_endpoint_of_each_module_is_in_it(app: Flask, document: Document) -> None:
    mounted = {name for _, name in specification_of(app).waiting}
    described = {name for name, _ in operations(document)}
    for rule in app.url_map.iter_rules():
        module = app.view_functions[rule.endpoint].__module__
        if rule.endpoint.rpartition(".")[0] in mounted or module.endswith(".routes"):
            path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
            methods = {method.lower() for method in rule.methods or ()} & {*METHODS}
            assert {f"{method} {path}" for method in methods} <= described


def test_examples_are_as_their_schemas_say(document: Document) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    examples = [
        (schema, example)
        for schema in document["components"]["schemas"].values()
        for example in schema.get("examples", [])
    ]
    for _, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            examples.append((content["schema"], content["example"]))
    assert examples
    for schema, example in examples:
        validator({**schema, "components": document["components"]}).validate(example)


def test_what_is_shown_as_a_body_can_be_sent(client: FlaskClient, document: Document) -> None:
    body = document["paths"][PRODUCTS]["post"]["requestBody"]["content"]["application/json"]
    sent = {name: value for name, value in body["example"].items() if name != "category_id"}
    assert client.post(PRODUCTS, json=sent).status_code == 201
    assert "id" not in body["example"]


def test_errors_are_listed(document: Document) -> None:
    wanted = {
        f"get {PRODUCTS}": {"304", "400", "404", "422", "429"},
        f"post {PRODUCTS}": {"400", "409", "413", "415", "422", "429"},
        f"get {PRODUCT}": {"304", "404", "422", "429"},
        f"patch {PRODUCT}": {"400", "404", "409", "412", "413", "415", "422", "429"},
        f"delete {PRODUCT}": {"404", "409", "412", "429"},
    }
    found = {name: {*one["responses"]} for name, one in operations(document)}
    for name, statuses in wanted.items():
        assert statuses <= found[name], name


def test_errors_are_problem_documents(document: Document) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status.startswith(("4", "5")):
                shared = document["components"]["responses"]
                found = shared[answer["$ref"].split("/")[-1]] if "$ref" in answer else answer
                [(kind, content)] = found["content"].items()
                assert kind == "application/problem+json", f"{name}: {status}"
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_a_list_describes_what_it_takes(document: Document) -> None:
    parameters = document["paths"][PRODUCTS]["get"]["parameters"]
    names = {one["name"] for one in parameters if one["in"] == "query"}
    assert {"limit", "cursor", "count", "sort", "fields", "q", "stock[gte]", "price[null]"} <= names
    [limit] = [one["schema"] for one in parameters if one["name"] == "limit"]
    assert (limit["minimum"], limit["maximum"]) == (1, 200)


def test_columns_say_what_they_hold(document: Document) -> None:
    fields = document["components"]["schemas"]["Product"]["properties"]
    assert (fields["name"]["minLength"], fields["name"]["maxLength"]) == (1, 40)
    assert fields["price"]["type"] == ["string", "null"]
    assert fields["stock"]["default"] == 0
    assert fields["id"]["readOnly"]
    assert document["components"]["schemas"]["Product"]["required"] == ["name"]


def test_headers_that_matter_are_described(document: Document) -> None:
    post = document["paths"][PRODUCTS]["post"]
    assert {"ETag", "Location"} <= {*post["responses"]["201"]["headers"]}
    assert [one["name"] for one in post["x-headers"]] == ["Idempotency-Key"]
    patch = document["paths"][PRODUCT]["patch"]
    assert [one["name"] for one in patch["x-headers"]] == ["If-Match"]


def test_permissions_are_told(document: Document) -> None:
    item = document["paths"][PRODUCTS]
    assert item["post"]["x-permission"] == "probe.write"
    assert "x-permission" not in item["get"]


def test_no_security_is_asked_for_where_nobody_provides_it(
    another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contributions, "current", contributions.Security())
    found = specified(another())
    assert "securitySchemes" not in found["components"]
    assert not [name for name, one in operations(found) if "security" in one]


def test_security_is_told_as_its_module_says(
    another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    def requirement(permission: Permission | None, method: str) -> list[dict[str, list[str]]]:
        return [{"token": [permission.name]}] if permission and permission.name else []

    schemes = {"token": {"type": "http", "scheme": "bearer"}}
    security = contributions.Security(schemes, requirement)
    monkeypatch.setattr(contributions, "current", security)
    found = specified(another())
    assert found["components"]["securitySchemes"] == schemes
    item = found["paths"][PRODUCTS]
    assert (item["get"]["security"], item["post"]["security"]) == ([], [{"token": ["probe.write"]}])
    assert {"401", "403"} <= {*item["post"]["responses"]}
    assert "401" not in item["get"]["responses"]


def test_settings_are_in_it(another: Another) -> None:
    told = {"API_TITLE": "Tea", "API_VERSION": "2.1.0", "API_DESCRIPTION": "All about tea."}
    found = specified(another(**told, API_PREFIX="/api/v1"))
    assert found["info"] == {"title": "Tea", "version": "2.1.0", "description": "All about tea."}
    assert "/api/v1/probe/products" in found["paths"]
    assert PRODUCTS not in found["paths"]
