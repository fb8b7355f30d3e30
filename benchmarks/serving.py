"""Servers of one worker on one core, and a client that asks them from another."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

CONNECTIONS = 4
PATIENCE = 60  # seconds that a server has to start
KEPT = "75"  # seconds that it keeps a connection open on which nobody asks
GUNICORN = [
    *("gunicorn", "app:create_app()", "--worker-class=gthread", "--workers=1", "--threads=4"),
    *(f"--keep-alive={KEPT}", "--log-level=warning", "--bind=127.0.0.1:{port}"),
]
UVICORN = [
    *("uvicorn", "app:app", "--workers=1", "--no-access-log", "--log-level=warning"),
    *(f"--timeout-keep-alive={KEPT}", "--host=127.0.0.1", "--port={port}"),
]


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, list[str]]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A server, and the headers that say who asks it."""

    port: int
    credentials: Mapping[str, str]

    def get(self, path: str, **headers: str) -> Answer:
        """Ask once, and return the answer; the names of its headers are in lower case."""
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Send a request, and return the answer; the names of its headers are in lower case."""
        given = {**self.credentials}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, body or None, given)
        response = connection.getresponse()
        found: dict[str, list[str]] = {}
        for name, value in response.getheaders():
            found.setdefault(name.lower(), []).append(value)
        content = response.read()
        connection.close()
        return Answer(response.status, found, content)

    def burst(self, path: str, count: int) -> float:
        """Ask that many times on some connections at once; return requests per second."""
        return count / sum(self.batches(path, count))

    def batches(self, path: str, count: int) -> list[float]:
        """Ask that many times, on all connections at once; return how long each such batch took.

        :return: in seconds.
        """
        given = "".join(f"{name}: {value}\r\n" for name, value in self.credentials.items())
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: */*\r\n"
        request = f"{head}{given}\r\n".encode()
        with ExitStack() as stack:
            address = ("127.0.0.1", self.port)
            connections = [
                stack.enter_context(socket.create_connection(address)) for _ in range(CONNECTIONS)
            ]
            _ask(connections, request)  # the first ones find the connections new
            return [_ask(connections, request) for _ in range(count // CONNECTIONS)]


def _ask(connections: list[socket.socket], request: bytes) -> float:
    started = perf_counter()
    for connection in connections:
        connection.sendall(request)
    for connection in connections:
        _read(connection)
    return perf_counter() - started


def _read(connection: socket.socket) -> None:
    """Read one answer to its end; anything but a success is an error."""
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _receive(connection)
    head = data[:end].lower()
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(f"A server answered {head.decode()}.")
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = end + 4 + length - len(data)
    while missing > 0:
        missing -= len(_receive(connection))


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 18)
    if not data:
        raise RuntimeError("A server closed a connection.")
    return data


@contextmanager
def serve(
    command: list[str],
    project: Path,
    variables: Mapping[str, str],
    credentials: Mapping[str, str],
    log: Path,
) -> Iterator[Server]:
    """Serve a project.

    :param command: what serves it, where `{port}` says.
    :param credentials: headers that say who asks.
    :param log: the file that takes what it prints.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *(part.format(port=port) for part in command)],
            cwd=project,
            env=dict(variables),
            stdout=output,
            stderr=output,
        )
    try:
        server = Server(port, credentials)
        _wait(process, server, log)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until and process.poll() is None:
        try:
            server.get("/")  # gunicorn listens before its worker is up
        except OSError:
            sleep(0.1)
        else:
            return
    raise RuntimeError(f"A server did not start: {log.read_text(encoding='utf-8')}")


@contextmanager
def core(number: int) -> Iterator[None]:
    """Run on one core, and what is started meanwhile for good; anywhere where there is but one."""
    cores = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[number]})
    try:
        yield
    finally:
        if len(cores) > 1:
            os.sched_setaffinity(0, set(cores))
