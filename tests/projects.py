"""Made projects at work: their commands, their servers, their databases."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import IO, NoReturn
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, MetaData, create_engine, inspect, make_url

from tests.baking import ROOT, TEMPLATE

# Flavors that have the same modules make the same project (test_bake.py), so one of them is run.
_NAMES = sorted(TEMPLATE.flavors, key=lambda name: (name != "minimal", name), reverse=True)
FLAVORS = sorted({tuple(TEMPLATE.flavors[name].modules): name for name in _NAMES}.values())
LARGEST = max(FLAVORS, key=lambda name: len(TEMPLATE.flavors[name].modules))
# What flavors hardly differ in is tried with one of them before each commit, and with the one that
# has most modules in `make test-full`.
MINIMAL_FIRST = ["minimal", pytest.param(LARGEST, marks=pytest.mark.full)]
SECRET = "a key that nobody but these tests knows"
# The settings of who runs the tests must not reach the projects.
FOREIGN = re.compile(
    r"(FLASK|PYTEST|COV)_.*|(TEST_)?DATABASE_URL|REDIS_URL|SECRET_KEY|VIRTUAL_ENV"
    r"|PYTHON(PATH|DONTWRITEBYTECODE)"
    r"|MAKE(FLAGS|LEVEL|OVERRIDES)|MFLAGS"
)
SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"
# What has little to do with the database is tried on SQLite before each commit.
SQLITE_FIRST = pytest.mark.parametrize(
    "database",
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.full, pytest.mark.postgresql])],
    indirect=True,
)
# The environment is shared with the template: what only it needs is not to slow projects down.
PYTEST = ("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis")
# All projects of a process share what mypy learns about their libraries.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
MYPY = ("mypy", "--cache-dir", str(ROOT / ".mypy_cache" / f"projects-{WORKER}"))
PATIENCE = 120  # seconds until something that never answers is given up
EVERY_PAGE = """
from app import create_app
app = create_app()
with app.test_request_context():
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments:
            print(rule.endpoint, app.url_for(rule.endpoint))
"""
# What a program sends that may do everything, where a module knows people.
SIGN_IN = """
from app import create_app
from flask_modular import current_registry

app = create_app()
client = app.test_client()
with app.app_context():
    sign_ins = [one for some in current_registry().sign_ins.values() for one in some]
for sign_in in sign_ins:
    sign_in(client)
print("Signed in:", client.environ_base.get("HTTP_AUTHORIZATION", ""))
"""


def unavailable(what: str) -> NoReturn:
    """Skip a test for want of a service, or fail where services are required.

    :param what: is missing, as a sentence.
    """
    if REQUIRED:
        pytest.fail(f"{what} REQUIRE_SERVICES=1 asks for it.")
    pytest.skip(what)


@dataclass(frozen=True)
class Project:
    """A made project, and the environment that its commands run in.

    :param environment: variables; those that are None are taken out.
    """

    path: Path
    environment: dict[str, str | None] = field(default_factory=dict)
    python: Path = Path(sys.executable)

    def having(self, **environment: str | None) -> "Project":
        """Return the same project with other environment variables."""
        return replace(self, environment={**self.environment, **environment})

    def in_production(self, **environment: str | None) -> "Project":
        """Return the same project as a server runs it."""
        settings = {"FLASK_CONFIG": None, "SECRET_KEY": SECRET, "FLASK_ACCESS_OPEN": "1"}
        return self.having(**settings | environment)

    @cached_property
    def variables(self) -> dict[str, str]:
        """Return the environment of the project's commands."""
        ours = {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)}
        folders = ours.get("PATH", "").split(os.pathsep)
        others = [folder for folder in folders if folder != str(Path(sys.executable).parent)]
        path = os.pathsep.join([str(self.python.parent), *others])
        ours |= {"PATH": path, "PWD": str(self.path), "FLASK_CONFIG": "development"}
        merged = {**ours, **self.environment}
        return {name: value for name, value in merged.items() if value is not None}

    def start(self, *command: str, output: IO[str] | int) -> "subprocess.Popen[str]":
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            command,
            cwd=self.path,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def attempt(self, *command: str) -> tuple[int, str]:
        """Run a command; return its exit status and all that it printed."""
        with self.start(*command, output=subprocess.PIPE) as process:
            output, _ = process.communicate()
        return process.returncode, output

    def run(self, *command: str) -> str:
        """Run a command that has to succeed, and return what it printed."""
        status, output = self.attempt(*command)
        assert status == 0, f"{' '.join(command)}: {status}\n{output}"
        return output

    def refusal(self, *command: str) -> str:
        """Run a command that has to fail, and return what it printed."""
        status, output = self.attempt(*command)
        assert status != 0, f"{' '.join(command)}: 0\n{output}"
        return output

    def execute(self, source: str) -> str:
        """Run Python code in the project, and return what it printed."""
        return self.run("python", "-c", source)

    def write(self, path: str, text: str) -> Path:
        """Write one of the project's files."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def read(self, path: str) -> str:
        """Return the text of one of the project's files."""
        return (self.path / path).read_text(encoding="utf-8")

    def commit(self, message: str = "Begin") -> None:
        """Commit all files, into a new repository if there is none."""
        self.run("git", "init", "--quiet")
        self.run("git", "add", ".")
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        self.run("git", *identity, "commit", "--quiet", "--message", message)

    def pages(self) -> dict[str, str]:
        """Return the URLs that can be opened as they are, by endpoint."""
        lines = (line.split() for line in self.execute(EVERY_PAGE).splitlines())
        return dict(line for line in lines if len(line) == 2)

    def credentials(self) -> dict[str, str]:
        """Return the headers of somebody who may do everything; none where nobody is known."""
        sent = self.execute(SIGN_IN).rpartition("Signed in:")[2].strip()
        return {"Authorization": sent} if sent else {}

    @contextmanager
    def serve(self, *command: str, port: int | None = None) -> Iterator["Server"]:
        """Serve for as long as the context lasts.

        :param command: `{port}` in it stands for the port.
        """
        port = port or free_port()
        command = tuple(word.replace("{port}", str(port)) for word in command)
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as log,
            self.start(*command, output=log) as process,
        ):
            server = Server(port, process, log)
            try:
                server.wait()
                yield server
            finally:
                server.stop()

    @contextmanager
    def beside(self, *command: str) -> Iterator[None]:
        """Run a command that serves nobody, such as a worker, for as long as the context lasts."""
        with self.start(*command, output=subprocess.DEVNULL) as process:
            try:
                yield
                assert process.poll() is None, f"{' '.join(command)} ended by itself."
            finally:
                stop(process)

    def gunicorn(self) -> AbstractContextManager["Server"]:
        """Serve as in production."""
        return self.serve("gunicorn", "app:create_app()", "--bind", "127.0.0.1:{port}")

    def waitress(self) -> AbstractContextManager["Server"]:
        """Serve as in production on Windows."""
        return self.serve("waitress-serve", "--listen=127.0.0.1:{port}", "--call", "app:create_app")

    def flask_run(self, *options: str) -> AbstractContextManager["Server"]:
        """Serve as in development."""
        return self.serve("flask", "run", "--port", "{port}", *options)


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: HTTPMessage
    text: str

    @property
    def is_served(self) -> bool:
        """Tell whether a stranger got what there is, or was told to sign in."""
        asked = self.status == 401 and "WWW-Authenticate" in self.headers
        return asked or self.status in (200, 302)


@dataclass(frozen=True)
class Server:
    """A server on a port of this machine."""

    port: int
    process: "subprocess.Popen[str]"
    log: IO[str]

    @property
    def url(self) -> str:
        """Return where its pages begin."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """Return what it has printed."""
        self.log.seek(0)
        return self.log.read()

    def get(self, url: str, **headers: str) -> Answer:
        """Open a URL, as it is: no redirect is followed."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", url, headers=named)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            return Answer(response.status, response.headers, text)
        finally:
            connection.close()

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                self.get("/livez")
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"The server does not answer:\n{self.output}")

    def stop(self) -> None:
        """Stop it, with the processes that it started."""
        stop(self.process)


def stop(process: "subprocess.Popen[str]") -> None:
    """Stop a process, with those that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def to_server() -> "psycopg.Connection[tuple[object, ...]]":
    """Return a connection to the PostgreSQL server, to make and drop databases with."""
    address = make_url(SERVER).set(drivername="postgresql")
    try:
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)
    except psycopg.OperationalError:
        unavailable("PostgreSQL does not answer where TEST_DATABASE_URL points.")


@contextmanager
def postgresql_database() -> Iterator[str]:
    """Yield the URL of an empty PostgreSQL database, which is dropped in the end."""
    name = f"flask_modular_{uuid4().hex}"
    with to_server() as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def copy_database(source: str, target: str) -> None:
    """Put a copy of a database in the place of another, on the same server."""
    origin, name = make_url(source).database, make_url(target).database
    if source.startswith("sqlite"):
        shutil.copyfile(str(origin), str(name))
        return
    with to_server() as connection:
        connection.execute(f'DROP DATABASE "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{origin}"'.encode())


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Yield a connection to a database."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def schema(url: str, prefix: str = "") -> dict[str, object]:
    """Return what a database has of tables, columns, keys and indexes."""
    with connected(url) as connection:
        inspector = inspect(connection)
        tables = [table for table in inspector.get_table_names() if table.startswith(prefix)]
        return {
            table: (
                [(column["name"], str(column["type"])) for column in inspector.get_columns(table)],
                inspector.get_foreign_keys(table),
                inspector.get_unique_constraints(table),
                inspector.get_indexes(table),
            )
            for table in tables
        }


def rows(url: str, prefix: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of tables, but for what they are migrated to."""
    with connected(url) as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        names = [name for name in metadata.tables if name.startswith(prefix)]
        tables = [metadata.tables[name] for name in names if not name.endswith("_alembic_version")]
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=str)
            for table in tables
        }
