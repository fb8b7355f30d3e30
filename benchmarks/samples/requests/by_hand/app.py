"""What a project by hand has at least: a blueprint and a database."""

from flask import Blueprint, Flask
from flask_sqlalchemy import SQLAlchemy

blueprint = Blueprint("greeting", __name__, url_prefix="/greeting")
db = SQLAlchemy()


@blueprint.get("/<name>")
def greet(name: str) -> dict[str, str]:
    """Greet somebody."""
    return {"greeting": f"Hello, {name}!"}


def create_app() -> Flask:
    """Make the application."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    app.register_blueprint(blueprint)
    return app
