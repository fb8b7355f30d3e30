"""What clients send: JSON that is said to be JSON, is valid, and is no deeper than it has to be."""

from __future__ import annotations

from typing import Any

from flask import Request, abort
from webargs.core import is_json
from webargs.flaskparser import FlaskParser

from flask_modular.json import loads

from .problems import problem


class Parser(FlaskParser):
    """Read arguments; what cannot be read is answered with a problem document."""

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """Return the parameters that there are, so that nothing is looked up for the others."""
        return dict(super().load_querystring(req, schema))

    def load_json(self, req: Request, schema: Any) -> Any:
        """Return what the body's JSON says."""
        body = req.get_data(cache=True)
        if not is_json(req.mimetype) and (body or req.mimetype):
            abort(415)
        if not body:
            abort(problem(400, "The body is empty; send JSON."))
        try:
            return loads(body.decode())
        except ValueError as error:
            abort(problem(400, f"The body is no valid JSON: {error}."))


parser = Parser()
