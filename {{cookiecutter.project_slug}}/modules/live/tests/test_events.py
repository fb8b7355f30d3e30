"""The way in: whose pages may connect, how many, and settings of which no good can come."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Thread

import pytest
from flask import Flask, g, request, request_started
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from app import create_app
from flask_modular import ModularError, current_registry
from modules.live import server
from modules.live.checking import EXTENSION, check_settings
from modules.live.contexts import context_of, prepare
from modules.live.gate import Gate
from modules.live.hub import Hub, hub_of
from modules.live.origins import is_allowed
from modules.live.rechecks import end_strangers

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
    assert visitor.get(f"{url}&nosid=1").status_code == 429
    assert visitor.get(f"{url}&sid=unknown").status_code == 400


@pytest.fixture
def gate(app: Flask) -> Iterator[Gate]:
    """Return a gate that nobody went through."""
    gate = Gate(app, lambda environ, start_response: [b"the application"])
    app.wsgi_app, kept = gate, app.wsgi_app  # type: ignore[method-assign]
    yield gate
    app.wsgi_app = kept  # type: ignore[method-assign]


def test_what_is_left_of_the_threads_serves_pages(
    app: Flask, gate: Gate, visitor: FlaskClient
) -> None:
    gate.held.update(range(app.config["LIVE_MAX_CONNECTIONS"]))
    assert visitor.get(CONNECT).status_code == 503
    gate.held.pop()
    assert visitor.get(CONNECT).status_code == 200


def test_a_connection_waits_in_one_thread(gate: Gate, visitor: FlaskClient) -> None:
    gate.held.add(("known", "polling"))
    assert "already" in visitor.get(f"{CONNECT}&sid=known").text
    assert "already" not in visitor.post(f"{CONNECT}&sid=known").text
    assert "already" not in visitor.get(f"{CONNECT}&sid=other").text
    assert gate.held == {("known", "polling")}


def handshake(client: FlaskClient) -> str:
    """Connect by polling, and return the address of the connection."""
    return f"{CONNECT}&sid={json.loads(client.get(CONNECT).text[1:])['sid']}"


def test_who_is_not_let_in_may_not_stay(
    hub: Hub, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gate, "ensure_watched", lambda self: None)  # else the clock decides
    silent, refused, ada = (handshake(visitor) for _ in range(3))
    visitor.post(refused, data="40")
    visitor.post(ada, data='40{"token":"ada"}')
    end_strangers(hub, patience=600)
    assert [visitor.post(url, data="3").status_code for url in (silent, refused, ada)] == [200] * 3
    end_strangers(hub, patience=0)
    assert [visitor.post(url, data="3").status_code for url in (silent, refused, ada)] == [
        400,
        400,
        200,
    ]


@pytest.fixture
def port(app: Flask, hub: Hub) -> Iterator[int]:
    """Return the port of a server."""
    served = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=served.serve_forever)
    thread.start()
    yield served.port
    served.shutdown()
    thread.join()
    served.server_close()


def test_a_stranger_who_does_not_go_is_cut_off(
    hub: Hub, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LOOK", 0.1)
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as stranger:
        stranger.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
            b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        received = b""
        while b'"sid"' not in received:
            received += stranger.recv(1000)
        end_strangers(hub, patience=0)
        while stranger.recv(1000):  # and no word of his own
            pass


@pytest.fixture
def behind(app: Flask) -> Callable[..., FlaskClient]:
    """Return a function that makes an application behind a proxy, with settings, and a client."""
    with app.app_context():
        if "ops" not in current_registry().enabled:
            pytest.skip("Nobody here listens to proxies.")

    def make(**settings: object) -> FlaskClient:
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        shop = create_app({"SQLALCHEMY_DATABASE_URI": url, "OPS_PROXY_HOPS": 1, **settings})
        return shop.test_client()

    return make


def test_visitors_behind_a_proxy_are_told_apart(behind: Callable[..., FlaskClient]) -> None:
    client = behind(LIVE_CONNECT_LIMIT="1 per hour")
    url = CONNECT.replace("EIO=4", "EIO=3")
    codes = [
        client.get(url, headers={"X-Forwarded-For": address}).status_code
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1", "2001:db8::2")
    ]
    assert codes == [400, 400, 429, 400, 429]


def test_a_page_of_this_site_may_connect_behind_a_proxy(
    behind: Callable[..., FlaskClient],
) -> None:
    headers = {"X-Forwarded-Host": "shop.example", "Origin": "https://shop.example"}
    assert behind().get(CONNECT, headers=headers).status_code == 200


def test_a_refusal_has_what_every_response_has(behind: Callable[..., FlaskClient]) -> None:
    headers = behind().get(CONNECT, headers={"Origin": "https://evil.example"}).headers
    assert headers["X-Request-ID"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_event_belongs_to_the_request_that_connected(behind: Callable[..., FlaskClient]) -> None:
    client = behind()
    client.get(CONNECT, headers={"X-Request-ID": "edge-7"})
    (environ,) = hub_of(client.application).server.environ.values()
    with context_of(client.application, environ, "1"):
        prepare()
        assert g.request_id == "edge-7"


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
        ("LIVE_CONNECT_LIMIT", "0 per minute"),
        ("LIVE_MAX_CONNECTIONS", 0),
        ("LIVE_MAX_MESSAGE", 1),
        ("LIVE_RECHECK_SECONDS", 0),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(app: Flask, name: str, value: object) -> None:
    with pytest.raises(ModularError, match=f"FLASK_{name} is"):
        check_settings({**app.config, name: value})
