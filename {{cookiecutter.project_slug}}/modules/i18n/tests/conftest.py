from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, url_for

from flask_modular import current_registry

Url = Callable[..., str]


@pytest.fixture
def url(app: Flask) -> Url:
    """Return a function that makes the URL of an endpoint, wherever the module is mounted."""

    def make(endpoint: str, **values: Any) -> str:
        with app.test_request_context():
            return url_for(current_registry().endpoint("i18n", endpoint), **values)

    return make
