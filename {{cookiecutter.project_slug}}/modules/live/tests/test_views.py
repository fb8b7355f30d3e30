"""The client for pages."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from flask_modular.html import parse
from modules.live.views import live_script


def test_a_page_loads_the_client_and_tells_it_where_to_connect(
    app: Flask, visitor: FlaskClient
) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/shop"}):
        [script] = parse(str(live_script())).select("script")
    assert script.attributes["data-live"] == "/shop/socket.io/"
    source = script.attributes["src"].removeprefix("/shop")
    with visitor.get(source) as response:
        assert response.status_code == 200
        assert "javascript" in str(response.mimetype)
