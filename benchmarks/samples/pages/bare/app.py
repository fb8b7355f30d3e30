"""Flask, and nothing else."""

from flask import Flask


def create_app() -> Flask:
    """Make the application."""
    return Flask(__name__)
