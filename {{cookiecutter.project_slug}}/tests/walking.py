"""What the tests of security walk through: pages, forms, and what programs may send."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select

from flask_modular import db
from flask_modular.html import Element, Page

TAG = "planted"
PLANTED = f'javascript:0//\'"></title></textarea></script><{TAG} x="'
SHORT = f"<{TAG}>"  # for fields that do not take as much
ASSIGNED = "987654321"
# What ends the session, and the walk with it.
LEAVES = ("logout", "signout", "sign-out", "sessions/end")
TEXTS = ("text", "search", "textarea", "url", "email", "tel")
VALUES = {
    "number": "1",
    "date": "2026-01-01",
    "datetime-local": "2026-01-01T00:00",
    "time": "00:00",
    "color": "#000000",
}


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


def inputs(form: Element) -> dict[str, Element]:
    """Return a form's fields, by name."""
    found = [one for tag in ("input", "textarea", "select") for one in form.select(tag)]
    return {one.attributes["name"]: one for one in found if "name" in one.attributes}


def kind_of(field: Element) -> str:
    """Return the type of a field."""
    return field.attributes.get("type", "text") if field.tag == "input" else field.tag


def fields(form: Element) -> dict[str, str]:
    """Return the types of a form's fields, by name."""
    return {name: kind_of(one) for name, one in inputs(form).items()}


def hidden(form: Element) -> dict[str, str]:
    """Return what a form has in hidden fields."""
    found = [one.attributes for one in form.select("input", type="hidden")]
    return {one["name"]: one.get("value", "") for one in found if "name" in one}


def fitting(text: str, most: int) -> str:
    """Return a text, or a short one where there is no place for it."""
    return text if len(text) <= most else SHORT


def filled_in(form: Element, text: str) -> dict[str, str]:
    """Return the values of a form, with a text wherever it takes any."""
    sent = {}
    for name, one in inputs(form).items():
        if (kind := kind_of(one)) in TEXTS:
            sent[name] = fitting(text, int(one.attributes.get("maxlength", len(text))))
        elif kind in VALUES:
            sent[name] = VALUES[kind]
    for one in form.select("select"):
        options = [option.attributes.get("value", "") for option in one.select("option")]
        sent[one.attributes["name"]] = next(filter(None, options), "")
    return sent


def foreign(known: set[str]) -> dict[str, str]:
    """Return values for all columns that there are, but for some."""
    columns = {column.name for table in db.metadata.sorted_tables for column in table.columns}
    return dict.fromkeys(columns - known, ASSIGNED)


def plant(page: Page, seen: set[str]) -> None:
    """Send every form of a page that takes texts, with markup in them and fields that it lacks.

    :param seen: the shapes of pages where that was done; so it is where a form leads to a new one.
    """
    seen.add(shape(page.url))
    for form in page.select("form", method="post"):
        types = fields(form)
        if "password" in types.values() or not set(TEXTS) & set(types.values()):
            continue
        action = urljoin(page.url, form.attributes.get("action", ""))
        sent = foreign({*types}) | filled_in(form, PLANTED)
        answer = page.submit(sent, action=urlsplit(action).path)
        if shape(answer.url) not in seen:
            plant(answer, seen)


def assigned() -> list[tuple[str, tuple[Any, ...]]]:
    """Return the rows in which a value of `foreign` has arrived."""
    rows = [(name, row) for name, rows in everything().items() for row in rows]
    return [(name, row) for name, row in rows if ASSIGNED in map(str, row)]


def assert_clean(page: Page) -> None:
    """Assert that a page has nothing that somebody planted."""
    assert not page.select(TAG), page.url
    for one in page.select():
        for name in ("href", "src", "action", "formaction"):
            assert not one.attributes.get(name, "").lower().startswith("javascript:"), page.url


def written_by_programs(client: FlaskClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what the specification lets programs send: the method, a path and a body of texts."""
    document = client.get("/api/openapi.json").get_json()
    for path, item in document["paths"].items():
        for method in {"post", "put", "patch"} & {*item}:
            content = item[method].get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            name = schema.get("$ref", "").rpartition("/")[2]
            properties = document["components"]["schemas"].get(name, schema).get("properties", {})
            if properties and not [one for one in properties if "password" in one]:
                body = {key: sample(one) for key, one in properties.items()}
                sent = {key: value for key, value in body.items() if value is not None}
                yield method, re.sub(r"{\w+}", "1", path), sent


def sample(schema: dict[str, Any]) -> Any:
    """Return a value for a field of a body: markup where it takes texts, None to send nothing."""
    kinds = schema.get("type", "")
    kind = str(kinds[0] if isinstance(kinds, list) else kinds)
    if schema.get("readOnly"):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "string" and "format" not in schema:
        return fitting(PLANTED, schema.get("maxLength", len(PLANTED)))
    return {"integer": 1, "number": 1, "boolean": False}.get(kind)
