"""CSRF protection, and the look that is served from here."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFError, generate_csrf

from modules.site.services import csrf


def test_a_form_without_a_token_is_refused(app: Flask) -> None:
    assert app.extensions["csrf"] is csrf
    with app.test_request_context("/", method="POST"), pytest.raises(CSRFError):
        csrf.protect()


def test_a_form_with_its_token_is_taken(app: Flask) -> None:
    with app.test_request_context("/", method="POST") as context:
        context.request.headers = {"X-CSRFToken": generate_csrf()}  # type: ignore[assignment]
        csrf.protect()


def test_a_token_lives_as_long_as_its_session(app: Flask) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None


def test_bootstrap_is_served_from_here(client: FlaskClient) -> None:
    with client.get("/bootstrap/static/css/bootstrap.min.css") as response:
        assert response.status_code == 200
