"""The specification as people read it: references resolved, constraints in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from .examples import example
from .wording import Schemas, constraints, prose, resolved, type_of, written

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Value:
    """A parameter, a header or a field: its name, type, constraints and meaning."""

    name: str
    type: str
    required: bool = False
    constraints: str = ""
    description: Markup = field(default_factory=Markup)


@dataclass(frozen=True)
class Answer:
    """An answer to an operation."""

    status: str
    description: str
    schema: str = ""
    example: str = ""
    headers: tuple[Value, ...] = ()

    @property
    def is_error(self) -> bool:
        """Tell whether it says that something went wrong."""
        return not self.status.startswith(("2", "3"))


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    id: str
    method: str
    path: str
    summary: str
    description: Markup
    permission: str
    security: str
    parameters: Mapping[str, list[Value]]
    fields: list[Value]
    example: str
    answers: list[Answer]


@dataclass(frozen=True)
class Section:
    """The operations under one heading."""

    title: str
    description: str
    operations: list[Operation]

    @property
    def id(self) -> str:
        """Return the anchor of the heading."""
        return "section-" + re.sub(r"\W+", "-", self.title.lower())


def sections(document: Mapping[str, Any]) -> list[Section]:
    """Return what a document describes, by its headings."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                for tag in operation["tags"]:
                    found[tag].append(_operation(document, path, method, item, operation))
    told = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    return [Section(title, told[title], some) for title, some in found.items() if some]


def schemes(document: Mapping[str, Any]) -> list[Value]:
    """Return how clients authenticate."""
    found = document["components"].get("securitySchemes", {})
    return [
        Value(name, _scheme(one), description=prose(one.get("description", "")))
        for name, one in found.items()
    ]


def _scheme(scheme: Mapping[str, Any]) -> str:
    if scheme["type"] == "http":
        return f"Authorization: {scheme['scheme'].capitalize()}"
    return f"{scheme.get('in', scheme['type'])} {scheme.get('name', '')}".strip()


def _operation(
    document: Mapping[str, Any], path: str, method: str, item: Any, operation: Any
) -> Operation:
    schemas: Schemas = document["components"].get("schemas", {})
    body, given = _body(operation, schemas)
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=prose(operation.get("description", "")),
        permission=operation.get("x-permission", ""),
        security=_security(document, operation),
        parameters=_parameters([*item.get("parameters", []), *_given(operation)]),
        fields=body,
        example=given,
        answers=[
            _answer(status, answer, document) for status, answer in operation["responses"].items()
        ],
    )


def _given(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from operation.get("parameters", [])
    for header in operation.get("x-headers", []):
        yield {"in": "header", "schema": {"type": "string"}, **header}


def _security(document: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    if not document["components"].get("securitySchemes"):
        return ""
    asked = operation.get("security", [])
    names = [" and ".join(one) for one in asked if one]
    if not names:
        return "open to anyone"
    return ("optional: " if {} in asked else "") + " or ".join(names)


def _parameters(given: list[Any]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {"path": [], "query": [], "header": []}
    for one in given:
        schema = one.get("schema", {})
        found.setdefault(one["in"], []).append(
            Value(
                one["name"],
                type_of(schema),
                one.get("required", False),
                constraints(schema),
                prose(one.get("description", "")),
            )
        )
    return {place: values for place, values in found.items() if values}


def _body(operation: Mapping[str, Any], schemas: Schemas) -> tuple[list[Value], str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = resolved(content.get("schema", {}), schemas)
    if not schema:
        return [], ""
    writable = {
        name: one for name, one in schema.get("properties", {}).items() if not one.get("readOnly")
    }
    return values({**schema, "properties": writable}), written(content.get("example", {}))


def values(schema: Mapping[str, Any]) -> list[Value]:
    """Return the fields of an object."""
    return [
        Value(
            name,
            type_of(one),
            name in schema.get("required", ()),
            constraints(one),
            prose(one.get("description", "")),
        )
        for name, one in schema.get("properties", {}).items()
    ]


def _answer(status: str, answer: Any, document: Mapping[str, Any]) -> Answer:
    components = document["components"]
    if "$ref" in answer:
        answer = components["responses"][answer["$ref"].rpartition("/")[2]]
    headers = tuple(
        Value(name, type_of(one.get("schema", {})), description=prose(one.get("description", "")))
        for name, one in answer.get("headers", {}).items()
    )
    for content in answer.get("content", {}).values():
        schema, schemas = content.get("schema", {}), components.get("schemas", {})
        name = type_of(schema)
        shown = written(content.get("example") or example(schema, schemas))
        return Answer(status, answer["description"], name, shown, headers)
    return Answer(status, answer["description"], headers=headers)
