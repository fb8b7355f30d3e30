"""What other modules tell the specification: security, and endpoints of their libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from flask_modular import Permission

Requirement = Callable[[Permission | None, str], list[dict[str, list[str]]]]
AnySchema = type[Schema] | Schema


@dataclass(frozen=True)
class Described:
    """An operation of a library's endpoint.

    :param method: in lower case.
    :param responses: status → schema of the answer, or None where it has no body.
    """

    endpoint: str
    method: str
    summary: str
    description: str = ""
    body: AnySchema | None = None
    query: AnySchema | None = None
    responses: Mapping[int, AnySchema | None] = field(default_factory=dict)
    tags: Sequence[str] = ()
    example: Any = None


@dataclass
class Security:
    """Which security schemes there are, and which of them an operation asks for."""

    schemes: dict[str, dict[str, Any]] = field(default_factory=dict)
    requirement: Requirement | None = None


# Told while parts are imported, which happens once in a process for all of its applications.
described: list[Described] = []
current = Security()


def security(schemes: Mapping[str, dict[str, Any]], requirement: Requirement) -> None:
    """Say how clients authenticate; called by the module that knows people, in its `api.py`.

    :param schemes: OpenAPI's security schemes, by name.
    :param requirement: called with the permission that an operation declares, or None, and its
        method in upper case; returns OpenAPI's list of alternatives: `[]` where nothing is asked
        for, and `{}` among them where it is optional.
    """
    current.schemes.update(schemes)
    current.requirement = requirement


def describe(
    endpoint: str,
    method: str,
    summary: str,
    *,
    description: str = "",
    body: AnySchema | None = None,
    query: AnySchema | None = None,
    responses: Mapping[int, AnySchema | None] | None = None,
    tags: Sequence[str] = (),
    example: Any = None,
) -> None:
    """Put an endpoint of a library into the specification; one that is not there is left out.

    :param endpoint: the absolute endpoint, such as `security.login`.
    :param body: the schema of the JSON that it takes.
    :param query: the schema of the parameters that it takes.
    :param responses: status → schema of the answer, or None where it has no body or is an error;
        errors are added where they may occur.
    :param tags: the headings that it is listed under; the module's title by default.
    :param example: of the body.
    """
    given = dict(responses or {200: None})
    described.append(
        Described(endpoint, method.lower(), summary, description, body, query, given, tags, example)
    )
