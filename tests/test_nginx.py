"""The nginx configuration of the guide, with two processes behind it, as production has them."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest

from tests.projects import Project, Server, free_port, unavailable
from tests.test_docs import DOCS, fences

pytestmark = pytest.mark.slow
HOST = "shop.example.com"
GUNICORN = "gunicorn app:create_app() --bind 127.0.0.1:{port} --threads 20 --access-logfile -"
# What a distribution's own nginx.conf says around the sites.
AROUND = """
daemon off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {site}
}}
"""


@dataclass(frozen=True)
class Site:
    """A site behind nginx, which a client reaches from one of this machine's many addresses."""

    http: int
    https: int
    servers: list[Server]

    @contextmanager
    def connected(self, source: str = "127.0.0.1") -> Iterator[HTTPSConnection]:
        """Yield a connection by HTTPS."""
        context = ssl._create_unverified_context()  # noqa: S323 (the certificate is the test's)
        connection = HTTPSConnection(
            "127.0.0.1", self.https, context=context, timeout=30, source_address=(source, 0)
        )
        yield connection
        connection.close()

    def ask(self, path: str, *, source: str = "127.0.0.1", body: str = "") -> tuple[int, str, str]:
        """Return the status, the headers and the text of a page, or of what a text is sent to."""
        with self.connected(source) as connection:
            connection.request("POST" if body else "GET", path, body or None, {"Host": HOST})
            answer = connection.getresponse()
            return answer.status, str(answer.headers), answer.read().decode()


def upgrade(connection: HTTPSConnection, origin: str) -> int:
    """Ask for a WebSocket, as the client of Socket.IO does on a page; return the status."""
    headers = {
        "Host": HOST,
        "Origin": origin,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
    }
    connection.request("GET", "/socket.io/?EIO=4&transport=websocket", headers=headers)
    return connection.getresponse().status


def send(socket: socket.socket, text: str) -> None:
    """Send a short text through a WebSocket, masked with zeros."""
    socket.sendall(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode())


def receive(socket: socket.socket) -> str:
    """Return the next text from a WebSocket."""
    with socket.makefile("rb", buffering=0) as stream:
        length = stream.read(2)[1]
        if length == 126:
            length = int.from_bytes(stream.read(2))
        return stream.read(length).decode()


def site_of_the_guide(ports: dict[str, int], folder: Path) -> str:
    """Return the guide's configuration, moved to free ports and to a certificate of our own."""
    [fence] = [one for one in fences(DOCS / "deployment.md") if one.language == "nginx"]
    text = re.sub(r"(?m)^ *listen \[::\].*\n", "", fence.text)  # not every machine has IPv6
    for place, port in ports.items():
        assert place in text
        text = text.replace(place, f"{place.rpartition(' ')[0]} 127.0.0.1:{port}")
    return re.sub(r"/etc/letsencrypt/live/[^/]+/", f"{folder}/", text)


def certify(folder: Path) -> None:
    """Make a certificate that only this test believes."""
    names = ("-keyout", "privkey.pem", "-out", "fullchain.pem", "-subj", f"/CN={HOST}")
    command = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names)
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    """Wait until somebody listens."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(process.communicate()[1])


@pytest.fixture(scope="module")
def nginx() -> str:
    """Return where nginx is."""
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
    return shutil.which("nginx", path=path) or unavailable("nginx is not installed.")


@pytest.fixture(scope="module")
def site(
    flavors: Callable[..., Project], nginx: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve a project with live updates by two processes behind nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    certify(folder)
    project = flavors("minimal", "live").in_production(
        FLASK_OPS_PROXY_HOPS="1", FLASK_LIVE_ANONYMOUS="true"
    )
    with ExitStack() as stack:
        servers = [stack.enter_context(project.serve(*GUNICORN.split())) for _ in range(2)]
        http, https = free_port(), free_port()
        places = {
            "listen 80": http,
            "listen 443": https,
            "server 127.0.0.1:8000": servers[0].port,
            "server 127.0.0.1:8001": servers[1].port,
        }
        configuration = AROUND.format(site=site_of_the_guide(places, folder))
        (folder / "nginx.conf").write_text(configuration, encoding="utf-8")
        command = [nginx, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        stack.enter_context(process)
        stack.callback(process.terminate)
        wait_for(https, process)
        yield Site(http, https, servers)


def test_http_leads_to_https(site: Site) -> None:
    with closing(HTTPConnection("127.0.0.1", site.http, timeout=30)) as connection:
        connection.request("GET", "/here?page=2", headers={"Host": "evil.example.com"})
        answer = connection.getresponse()
        answer.read()
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/here?page=2"


def test_the_application_knows_who_asks_and_how(site: Site) -> None:
    status, headers, _ = site.ask("/")
    assert status == 200
    assert "Strict-Transport-Security" in headers  # which it sends over TLS alone


def test_a_websocket_gets_through(site: Site) -> None:
    with site.connected() as connection:
        assert upgrade(connection, f"https://{HOST}") == 101
        assert receive(connection.sock).startswith('0{"sid"')
        send(connection.sock, "40")
        assert receive(connection.sock).startswith('40{"sid"')


def test_pages_of_other_sites_still_may_not_connect(site: Site) -> None:
    with site.connected() as connection:
        assert upgrade(connection, "https://evil.example.com") == 403


def test_who_polls_sticks_to_a_process_and_all_have_work(site: Site) -> None:
    before = [len(server.output) for server in site.servers]
    for number in range(2, 18):
        poll(site, f"127.0.0.{number}")
    polled = [
        server.output[start:].count("transport=polling") >= 3
        for server, start in zip(site.servers, before, strict=True)
    ]
    assert polled == [True, True]


def poll(site: Site, source: str) -> None:
    """Connect by polling, which a process refuses that does not know the connection."""
    path = "/socket.io/?EIO=4&transport=polling"
    opened = site.ask(path, source=source)[2]
    path += f"&sid={json.loads(opened[1:])['sid']}"
    assert site.ask(path, source=source, body="40")[0] == 200
    assert site.ask(path, source=source)[2].startswith('40{"sid"')
