"""The exported specification."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient


def test_the_exported_specification_is_the_one_that_is_served(
    app: Flask, visitor: FlaskClient, tmp_path: Path
) -> None:
    file = tmp_path / "openapi.json"
    result = app.test_cli_runner().invoke(args=["api", "export", "-o", str(file)])
    assert result.exit_code == 0
    assert json.loads(file.read_text("utf-8")) == visitor.get("/api/openapi.json").get_json()


def test_the_specification_is_written_to_the_terminal(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["api", "export"])
    assert json.loads(result.output)["openapi"].startswith("3.1")
