"""A bare application with one view."""

from flask import Flask


def create_app() -> Flask:
    """Make the application."""
    app = Flask(__name__)

    @app.get("/greeting/<name>")
    def greet(name: str) -> dict[str, str]:
        return {"greeting": f"Hello, {name}!"}

    return app
