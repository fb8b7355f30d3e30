"""Finish the specification: what follows from routes and declarations, not from decorators."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest.spec.plugins import FlaskPlugin
from werkzeug.routing import Rule

from flask_modular import Permission
from flask_modular.access import UNSAFE_METHODS, declared
from flask_modular.registry import registry_of

from . import contributions
from .examples import add_examples
from .problems import MEDIA_TYPE, is_api

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "description": "A text of your choice, such as a UUID: sent again with the same body, the "
    "request is not carried out again, and answered as it was.",
}


def finish(app: Flask, specification: Any) -> dict[str, Any]:
    """Return the document of a specification."""
    for rule, found in _described(app):
        specification.spec.path(rule=rule, operations={found.method: _operation(found)})
    for rule, methods in _plain(app):
        operations = {method: _plain_operation(app, rule) for method in methods}
        specification.spec.path(rule=rule, operations=operations)
    document: dict[str, Any] = specification.spec.to_dict()
    rules = {FlaskPlugin.flaskpath2openapi(rule.rule): rule for rule in app.url_map.iter_rules()}
    by_method = {
        (FlaskPlugin.flaskpath2openapi(rule.rule), method.lower()): rule
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    document["paths"] = dict(sorted(document["paths"].items()))
    for path, item in document["paths"].items():
        for method in [one for one in item if one.upper() in HTTP_METHODS]:
            rule = by_method.get((path, method)) or rules[path]
            _finish_operation(app, specification, document, rule, method, item)
    _finish_document(app, specification, document)
    return document


HTTP_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _described(app: Flask) -> Iterator[tuple[Rule, contributions.Described]]:
    for found in contributions.described:
        if found.endpoint in app.view_functions:
            for rule in app.url_map.iter_rules(found.endpoint):
                if found.method.upper() in (rule.methods or ()):
                    yield rule, found


def _operation(found: contributions.Described) -> dict[str, Any]:
    operation: dict[str, Any] = {"summary": found.summary, "tags": list(found.tags)}
    if found.description:
        operation["description"] = found.description
    if found.query:
        operation["parameters"] = [{"in": "query", "schema": found.query}]
    if found.body:
        content: dict[str, Any] = {"schema": found.body}
        content |= {"example": found.example} if found.example else {}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    operation["responses"] = {
        status: _answer(HTTPStatus(status), schema) for status, schema in found.responses.items()
    }
    return operation


def _answer(status: HTTPStatus, schema: contributions.AnySchema | None) -> Any:
    if schema is None:
        return status.name if status >= 400 else {"description": status.phrase}
    content = {"application/json": {"schema": schema}}
    return {"description": status.phrase, "content": content}


def _plain(app: Flask) -> Iterator[tuple[Rule, list[str]]]:
    """Yield the routes of `routes.py` of every module: they belong to no page."""
    known = {found.endpoint for found in contributions.described}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        package, _, part = view.__module__.rpartition(".")
        methods = sorted({*(rule.methods or ())} & {*HTTP_METHODS})
        if package.startswith("modules.") and part == "routes" and rule.endpoint not in known:
            yield rule, [method.lower() for method in methods]


def _plain_operation(app: Flask, rule: Rule) -> dict[str, Any]:
    operation: dict[str, Any]
    lines = (app.view_functions[rule.endpoint].__doc__ or rule.endpoint).strip().partition("\n")
    operation = {"summary": lines[0], "tags": [], "responses": {}}
    if text := " ".join(lines[2].split()):
        operation["description"] = text
    return {**operation, "responses": {"200": {"description": "OK"}, "default": _UNKNOWN}}


_UNKNOWN = {"description": "Any other answer"}


def _finish_operation(
    app: Flask, specification: Any, document: Any, rule: Rule, method: str, item: Any
) -> None:
    operation = item[method]
    mount = str(rule.endpoint).rpartition(".")[0]
    name = str(rule.endpoint).rpartition(".")[2]
    operation["operationId"] = f"{mount.removesuffix('_api')}_{method}_{name}".lower()
    operation["tags"] = [_tag(app, specification, tag) for tag in operation.get("tags") or [mount]]
    operation["summary"] = operation.get("summary", name).rstrip(".")
    permission = registry_of(app).permits.get(rule.endpoint) or declared(
        app.view_functions[rule.endpoint], method
    )
    required = _security(permission, method.upper())
    if contributions.current.requirement:
        operation["security"] = required
    if permission and permission.name:
        operation["x-permission"] = permission.name
    headers = operation.setdefault("x-headers", [])
    if method == "post" and is_api(str(rule)):
        headers.append(IDEMPOTENCY_KEY)
    if not headers:
        del operation["x-headers"]
    _add_errors(app, document, operation, rule, method, required)


def _security(permission: Permission | None, method: str) -> list[dict[str, list[str]]]:
    ask = contributions.current.requirement
    return ask(permission, method) if ask else []


def _tag(app: Flask, specification: Any, tag: str) -> str:
    """Return the heading for a blueprint: the title of its mount, or of its module."""
    modules = registry_of(app).modules
    for name, loaded in modules.items():
        for mount in loaded.mounts:
            if tag in (mount.name, f"{mount.name}_api"):
                first = mount.name == name
                return mount.title or (loaded.manifest.title if first else mount.name)
    return tag


def _add_errors(
    app: Flask, document: Any, operation: Any, rule: Rule, method: str, required: Any
) -> None:
    codes = {400, 422} if operation.get("parameters") else set()
    codes |= {400, 413, 415, 422} if "requestBody" in operation else set()
    codes |= {404} if rule.arguments or "parameters" in operation else set()
    codes |= {401, 403} if required and {} not in required else {401} if required else set()
    codes |= {409, 422} if method == "post" and "x-headers" in operation else set()
    codes |= {429} if app.config["API_RATE_LIMIT"] else set()
    if operation["responses"].get("default") is _UNKNOWN:
        codes &= {429}
    responses = document.setdefault("components", {}).setdefault("responses", {})
    for code in codes:
        status = HTTPStatus(code)
        responses.setdefault(status.name, _problem(status))
        reference = {"$ref": f"#/components/responses/{status.name}"}
        operation["responses"].setdefault(str(code), reference)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _problem(status: HTTPStatus) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": status.phrase, "content": {MEDIA_TYPE: {"schema": schema}}}


def _finish_document(app: Flask, specification: Any, document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    if contributions.current.schemes:
        components["securitySchemes"] = dict(contributions.current.schemes)
    document["servers"] = [{"url": "/"}]
    used = {
        tag: None
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        for tag in operation.get("tags", ())
    }
    summaries = {
        one.manifest.title: one.manifest.summary for one in registry_of(app).modules.values()
    }
    document["tags"] = [
        {"name": tag, **({"description": summaries[tag]} if summaries.get(tag) else {})}
        for tag in used
    ]
    add_examples(document)


__all__ = ["UNSAFE_METHODS", "finish"]
