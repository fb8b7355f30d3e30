"""The application: configuration, then modules."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

import flask_modular
from config import configure


def create_app(config: str | Mapping[str, Any] | None = None) -> Flask:
    """Make the application.

    :param config: `development`, `production` or `testing` (the variable `FLASK_CONFIG`
        otherwise, and production where it is absent), or settings to run the tests with.
    """
    app = Flask(__name__)
    configure(app, config)
    flask_modular.init_app(app)
    return app
