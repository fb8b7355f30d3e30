"""The project with modules: the kernel finds and registers them."""

from flask import Flask

import flask_modular


def create_app() -> Flask:
    """Make the application."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    flask_modular.init_app(app)
    return app
