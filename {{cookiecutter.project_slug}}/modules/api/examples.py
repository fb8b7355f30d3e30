"""Examples for the specification: a value for each field that has none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_BY_FORMAT = {
    "date-time": "2026-01-31T12:00:00+00:00",
    "date": "2026-01-31",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "decimal": "9.95",
}


def add_examples(document: dict[str, Any]) -> None:
    """Give each object among the schemas, and each body that is sent, an example."""
    schemas = document.get("components", {}).get("schemas", {})
    for schema in schemas.values():
        if schema.get("type") == "object" and "examples" not in schema:
            schema["examples"] = [example(schema, schemas)]
    for item in document["paths"].values():
        for operation in (one for one in item.values() if isinstance(one, dict)):
            for content in operation.get("requestBody", {}).get("content", {}).values():
                if "example" not in content and "examples" not in content:
                    content["example"] = writable(content.get("schema", {}), schemas)


def writable(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """Return an example of what may be sent."""
    whole = example(dict(schema), schemas)
    found = schemas.get(schema["$ref"].rpartition("/")[2], {}) if "$ref" in schema else schema
    fixed = [key for key, one in found.get("properties", {}).items() if one.get("readOnly")]
    return {key: whole[key] for key in whole if key not in fixed} if fixed else whole


def example(schema: dict[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """Return a value that a schema allows."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return example(schemas.get(name, {}), schemas)
    for key in ("example", "const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for inner in schema.get("anyOf", []):
        return example(inner, schemas, name)
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        found = schema.get("properties", {})
        return {key: example(inner, schemas, key) for key, inner in found.items()}
    if kind == "array":
        return [example(schema.get("items", {}), schemas, name)]
    return _scalar(schema, kind, name)


def _scalar(schema: dict[str, Any], kind: str, name: str) -> Any:
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return max(1, schema.get("minimum", 1))
    if kind == "null":
        return None
    if "https?" in schema.get("pattern", ""):
        return "https://example.com/"
    if "[0-5][0-9]" in schema.get("pattern", ""):
        return "12:00:00"
    text = _BY_FORMAT.get(schema.get("format", ""), name.replace("_", " ").capitalize() or "Text")
    return text[: schema.get("maxLength", len(text))]
