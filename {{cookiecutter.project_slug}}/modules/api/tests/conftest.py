"""The application with a module more, which has products and categories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from flask_modular import db
from modules.api.tests.probing import Another, Create, app_with_probe


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    """Return the settings that a file's tests need."""
    return {}


@pytest.fixture(scope="module")
def app(
    app: Flask, config: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Yield an application of the project's modules and the probe."""
    with app_with_probe(app, tmp_path_factory.mktemp("probe"), **config) as made:
        yield made


@pytest.fixture
def another(app: Flask) -> Iterator[Another]:
    """Return a function that makes an application of the same modules with other settings."""
    made: list[Flask] = []

    def make(**config: Any) -> Flask:
        made.append(create_app({"MODULES_TOML": app.config["MODULES_TOML"], **config}))
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture
def create(client: FlaskClient) -> Create:
    """Return a function that creates a row: `create("products", name="Tea")`."""

    def post(resource: str, **values: Any) -> dict[str, Any]:
        response = client.post(f"/api/probe/{resource}", json=values)
        assert response.status_code == 201, response.text
        row: dict[str, Any] = response.get_json()
        return row

    return post


@pytest.fixture
def products(create: Create) -> list[dict[str, Any]]:
    """Return nine products, among which are ties and products without a price or a sale."""
    return [
        create(
            "products",
            name=f"Tea {number}",
            stock=number % 3,
            price=None if number % 4 == 0 else f"{number % 2}.50",
            sold_at=None if number % 2 else f"2026-01-{number + 1:02}T12:00:00.25Z",
        )
        for number in range(9)
    ]
