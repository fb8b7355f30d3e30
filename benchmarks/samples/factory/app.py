"""The hand-written factory: each line that names the sample is there once for each feature."""

import flask_wtf  # noqa: F401 (the kernel imports it too)
from database import db
from flask import Flask


def create_app() -> Flask:
    """Make the application."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    register_features(app)
    return app


def register_features(app: Flask) -> None:
    """Import the features, then register their blueprints."""
    from features.shelf import blueprint as shelf

    app.register_blueprint(shelf)
