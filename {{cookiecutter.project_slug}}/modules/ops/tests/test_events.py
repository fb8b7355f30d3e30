"""Request ids, security headers, proxies and logs."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable

import pytest
from flask import Flask, Response, g, request
from flask.testing import FlaskClient

from modules.ops.events import wrap
from modules.ops.logs import JSONFormatter, LineFormatter

Serve = Callable[..., FlaskClient]


@pytest.fixture
def serve(app: Flask) -> Serve:
    """Make a small application in an envelope, with settings of the test's choice."""

    def make(**settings: object) -> FlaskClient:
        small = Flask("small")
        small.testing = True
        defaults = {key: value for key, value in app.config.items() if key.startswith("OPS_")}
        small.config.update(defaults, **settings)
        small.add_url_rule("/", "url", view_func=lambda: f"{request.remote_addr} {request.url}")
        small.add_url_rule(
            "/framed",
            "framed",
            lambda: Response("", headers={"X-Frame-Options": "SAMEORIGIN"}),
        )
        wrap(small)
        return small.test_client()

    return make


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    """Make a log record."""
    made = logging.LogRecord("shop", logging.INFO, "shop.py", 1, message, args, None)
    made.__dict__.update(extra)
    return made


def test_each_request_gets_an_id(client: FlaskClient) -> None:
    first, second = (client.get("/livez").headers["X-Request-ID"] for _ in range(2))
    assert len(first) == 16
    assert first != second


def test_a_sane_request_id_is_kept(client: FlaskClient) -> None:
    response = client.get("/livez", headers={"X-Request-ID": "edge-7f.3:a_1"})
    assert response.headers["X-Request-ID"] == "edge-7f.3:a_1"


@pytest.mark.parametrize("given", ["a b", "<script>", "x" * 129, "-", "ümlaut", "a,b", ""])
def test_any_other_request_id_is_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/livez", headers={"X-Request-ID": given})
    assert len(response.headers["X-Request-ID"]) == 16


def test_the_request_id_is_in_g(client: FlaskClient) -> None:
    with client:
        client.get("/livez", headers={"X-Request-ID": "abc"})
        assert g.request_id == "abc"


def test_a_page_that_is_not_there_has_the_headers_too(client: FlaskClient) -> None:
    headers = client.get("/no-such-page").headers
    assert headers["X-Request-ID"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_content_security_policy_is_strict(client: FlaskClient) -> None:
    policy = client.get("/livez").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_view_that_sets_a_header_wins(serve: Serve) -> None:
    assert serve().get("/framed").headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]


def test_an_empty_setting_leaves_a_header_out(serve: Serve) -> None:
    assert "X-Frame-Options" not in serve(OPS_FRAME_OPTIONS="").get("/").headers


def test_strict_transport_security_is_for_tls_only(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/livez").headers
    secure = client.get("/livez", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


FORWARDED = {
    "X-Forwarded-For": "6.6.6.6, 203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example",
    "X-Forwarded-Prefix": "/forged",
}


def test_without_a_proxy_forwarded_headers_are_ignored(serve: Serve) -> None:
    response = serve().get("/", headers=FORWARDED)
    assert response.text == "127.0.0.1 http://localhost/"
    assert "Strict-Transport-Security" not in response.headers


def test_one_proxy_is_believed_and_no_further(serve: Serve) -> None:
    response = serve(OPS_PROXY_HOPS=1).get("/", headers=FORWARDED)
    assert response.text == "203.0.113.9 https://shop.example/"
    assert "Strict-Transport-Security" in response.headers


def test_two_proxies_are_counted_exactly(serve: Serve) -> None:
    response = serve(OPS_PROXY_HOPS=2).get("/", headers=FORWARDED)
    assert response.text == "6.6.6.6 http://localhost/"


def test_the_prefix_is_believed_where_configured(serve: Serve) -> None:
    client = serve(OPS_PROXY_HOPS=1, OPS_PROXY_HEADERS=["prefix"])
    assert client.get("/", headers=FORWARDED).text == "127.0.0.1 http://localhost/forged/"


def test_each_request_is_logged_without_its_query(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="modules.ops.access")
    client.get("/no-such-page?token=hunter2", headers={"X-Request-ID": "abc"})
    assert "GET /no-such-page 404 in " in caplog.text
    assert "hunter2" not in caplog.text
    assert vars(caplog.records[-1])["request_id"] == "abc"


def test_health_pages_are_not_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="modules.ops.access")
    client.get("/livez")
    assert not caplog.records


def test_json_logs_hold_the_request(app: Flask) -> None:
    environ = {"ops.request_id": "abc"}
    with app.test_request_context("/shop", method="POST", environ_overrides=environ):
        entry = json.loads(JSONFormatter().format(record("Sold %s.", "a chair")))
    assert entry["message"] == "Sold a chair."
    assert (entry["request_id"], entry["method"], entry["path"]) == ("abc", "POST", "/shop")
    assert (entry["level"], entry["logger"]) == ("INFO", "shop")


def test_json_logs_are_one_line_with_the_traceback() -> None:
    try:
        raise ValueError("broken\nin two")
    except ValueError:
        failed = record("Failed.")
        failed.exc_info = sys.exc_info()
    line = JSONFormatter().format(failed)
    assert "\n" not in line
    assert "ValueError: broken\nin two" in json.loads(line)["exception"]


@pytest.mark.parametrize("formatter", [JSONFormatter(), LineFormatter()])
def test_nobody_forges_a_log_line(formatter: logging.Formatter) -> None:
    line = formatter.format(record("Signed in: %s", "eve\r\n10:00:00 INFO root\x1b[2J\u2028"))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_lines_for_people_end_with_the_request_id() -> None:
    line = LineFormatter().format(record("Sold.", request_id="abc"))
    assert line.endswith("INFO    Sold.  [abc]")


def test_lines_for_people_indent_tracebacks() -> None:
    try:
        raise ValueError("broken\n10:00:00 INFO    forged")
    except ValueError:
        failed = record("Failed.")
        failed.exc_info = sys.exc_info()
    first, *rest = LineFormatter().format(failed).splitlines()
    assert first.endswith("Failed.")
    assert all(line.startswith("    ") for line in rest)


def test_work_after_a_request_is_logged_with_the_request_id(app: Flask) -> None:
    with app.app_context():
        g.request_id = "abc"
        assert LineFormatter().format(record("Sent.")).endswith("INFO    Sent.  [abc]")
