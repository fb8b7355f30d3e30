"""Previews of links, and what is not let into our own network for their sake."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from flask_modular import current_registry, db, has
from flask_modular.html import Page
from modules.chat import previews
from modules.chat.models import Room
from modules.chat.previews import is_public, preview, read
from modules.chat.tests.conftest import Url
from modules.tasks.services import run_queued

ABOUT = "<meta name=description content='All  about\ntea'>"
PAGE = f"<title>Tea &amp; &lt;b&gt;talk&lt;/b&gt;</title>{ABOUT}"


class Site(BaseHTTPRequestHandler):
    """Pages of a site; `asked` keeps what was asked for."""

    asked: list[str]
    over: Event

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/to-page":
            self.answer(302, "", Location="/page")
        elif self.path == "/to-metadata":
            self.answer(302, "", Location="http://169.254.169.254/latest/meta-data/")
        elif self.path == "/round":
            self.answer(302, "", Location="/round")
        elif self.path == "/slow":
            self.over.wait(30)
        elif self.path == "/large":
            self.answer(200, "x" * previews.MOST_BYTES + PAGE)
        elif self.path == "/picture":
            self.answer(200, PAGE, "image/png")
        else:
            self.answer(200 if self.path == "/page" else 404, PAGE)

    def answer(self, status: int, text: str, kind: str = "text/html", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the pages on this machine, which alone counts as public here."""
    Site.asked, Site.over = [], Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(previews, "is_public", lambda address: str(address) == "127.0.0.1")
    monkeypatch.setattr(previews, "PORTS", {"http": server.server_port})
    yield f"http://127.0.0.1:{server.server_port}"
    Site.over.set()
    server.shutdown()
    server.server_close()


def test_a_page_is_shown_by_its_title_and_what_it_says_of_itself(site: str) -> None:
    expected = {"url": f"{site}/page", "title": "Tea & <b>talk</b>", "text": "All about tea"}
    assert preview(f"{site}/page") == preview(f"{site}/to-page") == expected


@pytest.mark.parametrize("path", ["/missing", "/picture", "/large", "/round", "/to-metadata"])
def test_what_is_no_page_has_no_preview(site: str, path: str) -> None:
    assert preview(site + path) is None
    assert len(Site.asked) <= previews.MOST_REDIRECTS + 1


def test_nobody_waits_for_a_slow_server(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "PATIENCE", 60)
    monkeypatch.setattr(previews, "MOST_SECONDS", 0.2)
    assert preview(f"{site}/slow") is None


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.1.2.3"),
        *("100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::"),
    ],
)
def test_addresses_of_our_own_network_are_none_to_fetch_from(address: str) -> None:
    assert not is_public(ip_address(address))


def test_addresses_of_the_internet_are(site: str) -> None:
    assert is_public(ip_address("93.184.216.34"))
    assert is_public(ip_address("2606:2800:220:1:248:1893:25c8:1946"))


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/"),
        *("http://0x7f.1/", "http://127.0.0.1:8000/", "http://ada:pw@example.com/"),
        *("file:///etc/passwd", "ftp://example.com/", "http://", "http://[::1", "gopher://x/"),
    ],
)
def test_nothing_of_our_own_is_fetched(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("It connects.")

    monkeypatch.setattr("socket.create_connection", connect)
    assert preview(url) is None


def test_a_name_is_asked_for_once_so_that_it_cannot_change(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1", "10.0.0.1"])
    port = int(site.rpartition(":")[2])

    def rebind(*_: object, **__: object) -> list[object]:
        return [(0, 0, 0, "", (next(answers), port))]

    monkeypatch.setattr("socket.getaddrinfo", rebind)
    monkeypatch.setattr(
        "socket.create_connection",
        lambda address, timeout: _connect(address, timeout),
    )
    assert preview(f"http://tea.example:{port}/page") is not None


def _connect(address: tuple[str, int], timeout: float) -> object:
    import socket

    sock = socket.socket()
    sock.settimeout(timeout)
    sock.connect(address)  # to a number: nobody is asked for a name again
    return sock


def test_what_a_page_says_is_cut_to_a_line() -> None:
    found = read("https://example.com", f"<title>{'x' * 500}\x1b[2J</title>")
    assert found is not None
    assert len(found["title"]) == 200
    assert read("https://example.com", "<p>no title") is None


def test_a_message_is_there_at_once_and_its_preview_comes_later(
    client: FlaskClient, url: Url, room: Room, site: str
) -> None:
    there = url("_api.messages", room_id=room.id)
    here = client.post(there, json={"source": f"See {site}/page"}).headers["Location"]
    assert client.get(here).get_json()["previews"] == []
    assert run_queued() == 1
    db.session.expire_all()
    [found] = client.get(here).get_json()["previews"]
    assert found["title"] == "Tea & <b>talk</b>"


def test_who_prefers_it_posts_and_changes_in_the_background(
    client: FlaskClient, url: Url, room: Room
) -> None:
    def do(method: str, path: str) -> Any:
        headers = {"Prefer": "respond-async"}
        answer = client.open(path, method=method, json={"source": method}, headers=headers)
        status = answer.headers["Location"]
        assert (answer.status_code, client.get(status).status_code) == (202, 202)
        assert run_queued() == 1
        return client.get(status)

    posted = do("POST", url("_api.messages", room_id=room.id))
    changed = do("PATCH", there := posted.headers["Location"])
    assert (posted.status_code, changed.status_code) == (201, 200)
    assert client.get(there).get_json()["source"] == "PATCH"
    found = [done.get_json()["result"] for done in (posted, changed)]
    assert [(one["source"], one["edited"]) for one in found] == [("POST", False), ("PATCH", True)]


def test_the_page_of_a_job_leads_to_what_it_posted(
    app: Flask, client: FlaskClient, url: Url, room: Room
) -> None:
    if not has("site"):
        pytest.skip("There are no pages without site.")
    headers = {"Prefer": "respond-async"}
    client.post(url("_api.messages", room_id=room.id), json={"source": "Hello"}, headers=headers)
    run_queued()
    with app.test_request_context():
        jobs = url_for(current_registry().endpoint("tasks", ".index"))
    page = Page.open(client, jobs).follow("New message").follow("See the result")
    assert page.select("h1")[0].text == room.name
    assert "Hello" in page.text


def test_a_message_that_is_gone_by_then_is_no_error(
    client: FlaskClient, url: Url, room: Room, site: str
) -> None:
    there = url("_api.messages", room_id=room.id)
    here = client.post(there, json={"source": f"{site}/page"}).headers["Location"]
    assert client.delete(here).status_code == 204
    assert run_queued() == 1
    assert Site.asked == []


def test_those_who_have_the_message_before_them_are_shown_its_preview(
    app: Flask, client: FlaskClient, eve: FlaskClient, url: Url, room: Room, site: str
) -> None:
    if not has("live"):
        pytest.skip("Nobody listens without live.")
    from modules.chat.tests.test_sockets import Socket

    listening = Socket(app, eve, room)
    client.post(url("_api.messages", room_id=room.id), json={"source": f"{site}/page"})
    run_queued()
    plain, expanded = listening.received("chat.message", "chat.changed")
    assert (plain[0], plain[1]["previews"]) == ("chat.message", [])
    assert (expanded[0], expanded[1]["previews"][0]["text"]) == ("chat.changed", "All about tea")
    listening.inner.disconnect()
