"""The specification of one application: what flask-smorest gathers, finished on first use."""

from __future__ import annotations

from http import HTTPStatus
from threading import Lock
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Blueprint, Flask, current_app

from .problems import MEDIA_TYPE, ProblemSchema

EXTENSION = "api"
OPENAPI = "3.1.0"


class Names:
    """Name the schemas of a specification: after their classes, and their modules if need be."""

    def __init__(self) -> None:
        self.known: dict[str, type] = {}

    def __call__(self, schema: Any) -> str:
        """Return the name of a schema."""
        found: Any = resolve_schema_cls(schema)
        name = found.__name__.removesuffix("Schema") or found.__name__
        if self.known.setdefault(name, found) is not found:
            name = f"{found.__module__.removeprefix('modules.').partition('.')[0]}.{name}"
        return f"Partial{name}" if getattr(schema, "partial", None) is True else name


class Specification(flask_smorest.Api):
    """Gather blueprints, and describe them when somebody asks.

    Describing takes longer than all the rest of loading, and most processes never need it.
    """

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        self.waiting: list[tuple[Any, str]] = []
        self.titles: dict[str, str] = {}
        self.document: dict[str, Any] | None = None
        self.lock = Lock()
        options = {
            "openapi_version": OPENAPI,
            "info": {"description": app.config["API_DESCRIPTION"]},
            "marshmallow_plugin": MarshmallowPlugin(Names()),
        }
        super().__init__(app, spec_kwargs=options)
        app.cli.commands.pop("openapi", None)  # `flask api export` writes the finished document

    def _register_error_handlers(self) -> None:
        """Leave errors to `problems`."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            if status >= 400:
                content = {MEDIA_TYPE: {"schema": ProblemSchema}}
                response = {"description": status.phrase, "content": content}
                self.spec.components.response(status.name, response, lazy=True)

    def _register_pagination_header(self) -> None:
        """Leave out how flask-smorest pages: here it is done with keysets."""

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Register a blueprint now, and describe it later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][options["name"]] = self
        self._app.register_blueprint(blp, **options)
        self.waiting.append((blp, options["name"]))

    def describe(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        from .finishing import finish

        with self.lock:
            if self.document is None:
                for blueprint, name in self.waiting:
                    if isinstance(blueprint, flask_smorest.Blueprint):
                        blueprint.register_views_in_doc(
                            self, self._app, self.spec, name=name, parameters=None
                        )
                self.document = finish(self._app, self)
            return self.document


def specification_of(app: Flask) -> Specification:
    """Return the specification of an application."""
    if EXTENSION not in app.extensions:
        app.extensions[EXTENSION] = Specification(app)
    found: Specification = app.extensions[EXTENSION]
    return found


def current_specification() -> Specification:
    """Return the specification of the current application."""
    return specification_of(current_app._get_current_object())  # type: ignore[attr-defined]
