"""The root, the specification and its page."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient

from flask_modular import has

METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_root_leads_on(visitor: FlaskClient) -> None:
    found = visitor.get("/api/").get_json()
    for link in ("documentation", "specification"):
        assert visitor.get(found[link]).status_code == 200


def test_the_lists_at_the_root_are_there(client: FlaskClient) -> None:
    for url in client.get("/api/").get_json()["collections"].values():
        # 401: a program with a token is refused what is for a session alone.
        assert client.get(url).status_code in (200, 401), url


def test_where_no_page_is_the_first_one_is_the_documentation(visitor: FlaskClient) -> None:
    if not has("site"):
        response = visitor.get("/", follow_redirects=True)
        assert response.request.path == "/api/docs"


def test_the_specification_describes_each_operation_once(visitor: FlaskClient) -> None:
    document = visitor.get("/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    operations = [
        operation
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    ]
    assert all(one["summary"] and one["responses"] for one in operations)
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))


def test_what_the_specification_refers_to_is_in_it(visitor: FlaskClient) -> None:
    document = visitor.get("/api/openapi.json").get_json()
    for reference in references(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def references(value: object) -> set[str]:
    """Return all references in a document."""
    if isinstance(value, list):
        return {found for one in value for found in references(one)}
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own | {found for one in value.values() for found in references(one)}


def test_the_parameters_of_each_path_are_described(visitor: FlaskClient) -> None:
    document = visitor.get("/api/openapi.json").get_json()
    for path, item in document["paths"].items():
        named = {one["name"] for one in parameters(item) if one.get("in") == "path"}
        assert all(f"{{{name}}}" in path for name in named)
        assert path.count("{") == len(named), path


def parameters(item: dict[str, object]) -> list[dict[str, str]]:
    """Return the parameters of all operations of a path."""
    parts = [item, *(one for one in item.values() if isinstance(one, dict))]
    return [one for part in parts for one in part.get("parameters", [])]


def test_a_specification_that_is_known_is_not_sent_again(visitor: FlaskClient) -> None:
    tag = visitor.get("/api/openapi.json").headers["ETag"]
    again = visitor.get("/api/openapi.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.text) == (304, "")


def test_the_page_works_under_a_strict_policy(visitor: FlaskClient) -> None:
    page = visitor.get("/api/docs")
    assert page.mimetype == "text/html"
    assert not re.search(r"<style|<[^>]* (style|on[a-z]+)=|javascript:", page.text)
    for script in re.findall(r"<script[^>]*>[^<]*", page.text):
        assert re.fullmatch(r'<script src="/[^/"][^"]*"[^>]*>', script)


def test_the_page_shows_what_the_specification_describes(visitor: FlaskClient) -> None:
    page = html.unescape(re.sub(r"<(?:wbr|/?span)[^>]*>", "", visitor.get("/api/docs").text))
    for path in visitor.get("/api/openapi.json").get_json()["paths"]:
        assert path in page


def test_what_the_page_loads_is_served_from_here(visitor: FlaskClient) -> None:
    page = visitor.get("/api/docs").text
    found = set()
    for address in re.findall(r'<(?:link|script) [^>]*(?:href|src)="(/[^"]+)"', page):
        with visitor.get(address) as loaded:
            assert loaded.status_code == 200, address
            found.add(loaded.mimetype)
    assert found == {"text/css", "text/javascript", "image/svg+xml"}
