import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from flask_modular import ModularError
from modules.mail.delivery import _postmen, transport
from modules.mail.events import init_mail
from modules.mail.services import send

ANSWERS = {"EHLO": "250 SIZE", "DATA": "354 go on", "QUIT": "221 bye"}


class Server(socketserver.StreamRequestHandler):
    """As much of an SMTP server as it takes to receive a mail."""

    server: "Threads"

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line.decode().split(maxsplit=1)[0].upper()
            self.server.lines.append(line.decode().strip())
            self.wfile.write(f"{ANSWERS.get(word, '250 ok')}\r\n".encode())
            if word == "DATA":
                body = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                self.server.lines.append(body)
                self.wfile.write(b"250 taken\r\n")
            elif word == "QUIT":
                return


class Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    lines: list[str]


@pytest.fixture
def server() -> Iterator[Threads]:
    """Yield an SMTP server; `lines` are what it was told."""
    with Threads(("127.0.0.1", 0), Server) as server:
        server.lines = []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def make(url: str = "", **settings: Any) -> Flask:
    """Make a small application with a mail URL."""
    app = Flask("small")
    app.config.update(MAIL_URL=url, MAIL_SENDER="", MAIL_SITE_URL="", **settings)
    init_mail(app)
    return app


def send_and_wait(app: Flask) -> None:
    with app.app_context():
        send("ada@example.com", subject="Hello", text="How are you?\n")
    for _ in range(2):
        _postmen().submit(int).result()
    _postmen().shutdown()
    _postmen.cache_clear()


def test_a_mail_arrives_by_smtp(server: Threads) -> None:
    port = server.server_address[1]
    send_and_wait(make(f"smtp://127.0.0.1:{port}"))
    told = "\n".join(server.lines)
    assert "rcpt to:<ada@example.com>" in told.lower()
    assert "Subject: Hello" in told
    assert "How are you?" in told


def test_a_password_is_not_sent_to_a_server_without_tls(
    server: Threads, caplog: pytest.LogCaptureFixture
) -> None:
    port = server.server_address[1]
    send_and_wait(make(f"smtp://ada:s3cret@127.0.0.1:{port}"))
    assert not any("AUTH" in line for line in server.lines)
    assert "could not be sent" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_dead_server_is_no_fault_of_the_request(caplog: pytest.LogCaptureFixture) -> None:
    send_and_wait(make("smtp://127.0.0.1:9"))
    assert "A mail to ada@example.com could not be sent." in caplog.text


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.com", 25, False, False),
        ("smtp://mail.example.com?tls=1", 587, True, False),
        ("smtp://me:p%40ss@mail.example.com", 587, True, False),
        ("smtp://me:p%40ss@mail.example.com:2525?tls=0", 2525, False, False),
        ("smtps://me:p%40ss@mail.example.com", 465, False, True),
    ],
)
def test_the_url_says_everything(url: str, port: int, tls: bool, ssl: bool) -> None:
    config = make(url).config
    assert (config["MAIL_SERVER"], config["MAIL_PORT"]) == ("mail.example.com", port)
    assert (config["MAIL_USE_TLS"], config["MAIL_USE_SSL"]) == (tls, ssl)
    assert config["MAIL_PASSWORD"] == ("p@ss" if "@mail" in url else None)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:s3cret@x",
        "smtp://",
        "smtp://me:s3cret@x:port",
        "smtp://x?tsl=1",
        "smtp://x?tls=yes",
        "smtps://me:s3cret@x?tls=1",
    ],
)
def test_a_url_that_is_wrong_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ModularError, match="FLASK_MAIL_URL") as caught:
        make(url)
    assert "s3cret" not in caught.value.message


def test_without_a_url_mail_is_on_the_console_in_development(
    capsys: pytest.CaptureFixture[str],
) -> None:
    send_and_wait(make(DEBUG=True))
    assert "How are you?" in capsys.readouterr().out


def test_without_a_url_nothing_is_sent_elsewhere_and_the_text_is_kept_from_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    send_and_wait(make())
    assert "set FLASK_MAIL_URL" in caplog.text
    assert "How are you?" not in caplog.text + capsys.readouterr().out


def test_the_tests_never_send_mail() -> None:
    app = Flask("small")
    app.config.update(TESTING=True, MAIL_URL="smtp://mail.example.com")
    assert transport(app) == {"MAIL_BACKEND": "locmem"}
