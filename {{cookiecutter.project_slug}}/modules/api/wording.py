"""A specification in words: types, constraints, examples, descriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from .schema import INT32, INT64
from .texts import NO_NUL

Schemas = Mapping[str, dict[str, Any]]


def resolved(schema: Any, schemas: Schemas) -> dict[str, Any]:
    """Return a schema, or the one that it refers to."""
    found: dict[str, Any] = schema
    return schemas.get(schema["$ref"].rpartition("/")[2], {}) if "$ref" in schema else found


def type_of(schema: Mapping[str, Any]) -> str:
    """Return a schema's type in words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    kinds = schema.get("type", "anything")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if len(kinds) > 4:
        return "anything" if "null" in kinds else "anything but null"
    names = [schema.get("format") or kind if kind == "string" else kind for kind in kinds]
    if "array" in kinds:
        names[kinds.index("array")] = f"list of {type_of(schema.get('items', {}))}"
    return " or ".join(names)


_LIMITS = (
    ("minimum", "at least {}"),
    ("maximum", "at most {}"),
    ("minLength", "length at least {}"),
    ("maxLength", "length at most {}"),
    ("default", "default {}"),
)


def constraints(schema: Mapping[str, Any]) -> str:
    """Return in words what a value has to be like."""
    bits = {INT32: 32, INT64: 64}.get(schema.get("maximum", 0))
    whole = bits is not None and schema.get("minimum") == -schema["maximum"] - 1
    limits = {key: schema[key] for key, _ in _LIMITS if schema.get(key) is not None}
    if whole:
        limits = {key: value for key, value in limits.items() if "imum" not in key}
    found = [text.format(json.dumps(limits[key])) for key, text in _LIMITS if key in limits]
    found += [f"{bits} bits"] if whole else []
    choices = schema.get("enum") or schema.get("items", {}).get("enum")
    if choices:
        found.insert(0, "one of " + ", ".join(json.dumps(one).strip('"') for one in choices))
    if (pattern := schema.get("pattern")) and pattern != NO_NUL and len(pattern) < 60:
        found.append(f"pattern {pattern}")
    return "; ".join(found)


def written(value: Any) -> str:
    """Return an example as JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def prose(text: str) -> Markup:
    """Return a description, with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


def breakable(path: str) -> Markup:
    """Return a path that may be broken into lines after its slashes."""
    return Markup(str(escape(path)).replace("/", "/<wbr>"))  # noqa: S704
