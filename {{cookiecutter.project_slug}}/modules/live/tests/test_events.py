"""The way in: whose pages may connect, how many, and settings of which no good can come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, request, request_started
from flask.testing import FlaskClient

from flask_modular import ModularError
from modules.live.checking import EXTENSION, check_settings
from modules.live.gate import Gate
from modules.live.origins import is_allowed

CONNECT = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture(autouse=True)
def unlimited(app: Flask) -> Iterator[None]:
    """Forget who has connected."""
    app.extensions.pop(EXTENSION, None)
    yield
    app.extensions.pop(EXTENSION, None)


@pytest.mark.parametrize(
    "url", [CONNECT, f"{CONNECT}&sid=1", CONNECT.replace("polling", "websocket")]
)
def test_pages_of_another_site_may_not_connect(visitor: FlaskClient, url: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        answer = visitor.open(url, method=method, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "scheme", "allowed"),
    [
        ("https://shop.example", "https", True),
        ("https://shop.example", "http", True),  # behind a proxy that nobody has told of
        ("http://shop.example", "http", True),
        ("http://shop.example", "https", False),
        ("https://shop.example:8443", "https", False),
        ("https://shop.example.evil.example", "https", False),
        ("null", "https", False),
        ("https://app.example", "https", True),
    ],
)
def test_this_site_and_those_of_the_settings_may_connect(
    app: Flask, monkeypatch: pytest.MonkeyPatch, origin: str, scheme: str, allowed: bool
) -> None:
    monkeypatch.setitem(app.config, "LIVE_ORIGINS", ["https://app.example"])
    environ = {"HTTP_HOST": "shop.example", "wsgi.url_scheme": scheme}
    assert is_allowed(app, origin, environ) is allowed


def test_an_address_that_connects_too_often_is_slowed_down(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIVE_CONNECT_LIMIT", "1 per hour")
    url = CONNECT.replace("EIO=4", "EIO=3")  # which the server does not speak
    assert [visitor.get(url).status_code for _ in range(2)] == [400, 429]
    assert visitor.get(f"{url}&sid=unknown").status_code == 400


def test_what_is_left_of_the_threads_serves_pages(app: Flask, visitor: FlaskClient) -> None:
    gate = Gate(app, lambda environ, start_response: [b"the application"])
    while gate.free.acquire(blocking=False):
        pass
    app.wsgi_app, kept = gate, app.wsgi_app  # type: ignore[method-assign]
    try:
        assert visitor.get(CONNECT).status_code == 503
    finally:
        app.wsgi_app = kept  # type: ignore[method-assign]


def test_other_requests_are_the_applications(app: Flask, visitor: FlaskClient) -> None:
    asked: list[str] = []

    def note(sender: Flask, **_: object) -> None:
        asked.append(request.path)

    with request_started.connected_to(note, app):
        for path in ("/socket.io", CONNECT, "/"):
            visitor.get(path)
    assert asked == ["/socket.io", "/"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIVE_EVENT_LIMIT", "often"),
        ("LIVE_CONNECT_LIMIT", ""),
        ("LIVE_MAX_CONNECTIONS", 0),
        ("LIVE_MAX_MESSAGE", 1),
        ("LIVE_RECHECK_SECONDS", 0),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(app: Flask, name: str, value: object) -> None:
    with pytest.raises(ModularError, match=name):
        check_settings({**app.config, name: value})
