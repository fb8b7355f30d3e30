"""What each flavor makes: tested, judged and served, as the people who got it would do it."""

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baking import TEMPLATE
from tests.projects import (
    FLAVORS,
    LARGEST,
    MINIMAL_FIRST,
    MYPY,
    PYTEST,
    SQLITE_FIRST,
    Project,
    Server,
    schema,
)

Make = Callable[..., Project]

pytestmark = pytest.mark.slow
HEADERS = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "X-Request-ID",
}
# The modules that have tables, in the order in which those can go.
MIGRATED = """
from app import create_app
from flask_modular import current_registry

with create_app().app_context():
    for name, one in reversed(current_registry().modules.items()):
        if (one.manifest.folder / "migrations").is_dir():
            print(name)
"""
VISIT = """
from flask import session

from flask_modular import access

from . import module


@module.get("/")
@access.public
def index() -> str:
    session["seen"] = True
    return "seen"
"""
# What a project sets in the browser of somebody who chooses a language and signs in, to stay so.
COOKIES = """
import re

from app import create_app
from flask_modular import db
from modules.accounts.services import create_user

app = create_app()
client = app.test_client()
url = "https://localhost/accounts/sign-in?language=de"
with app.app_context():
    create_user("ada@example.com", "correct horse staple")
    db.session.commit()
page = client.get(url)
[token] = set(re.findall('name="csrf_token"[^>]* value="(.+?)"', page.text))
person = {"email": "ada@example.com", "password": "correct horse staple", "remember": "y"}
headers = {"Referer": url}
answer = client.post(url, data={"csrf_token": token, **person}, headers=headers)
print(*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie"), sep="\\n")
"""


WITH_DEMO = [" ".join([name, *TEMPLATE.flavors[name].demo]) for name in FLAVORS]


@pytest.fixture(
    params=[*FLAVORS, *(pytest.param(one, marks=pytest.mark.full) for one in WITH_DEMO)]
)
def project(request: pytest.FixtureRequest, flavors: Callable[..., Project]) -> Project:
    """Return the project of each flavor, without and with the modules of its demo."""
    flavor, *modules = request.param.split()
    return flavors(flavor, *modules)


def assert_serves_its_pages(server: Server, pages: dict[str, str]) -> None:
    """Open every page, and everything that a page shows or loads."""
    answers = {url: server.get(url) for url in pages.values()}
    assets = {
        asset.replace("&amp;", "&")
        for answer in answers.values()
        for asset in re.findall(
            r'<(?:link|script|img)\b[^>]*? (?:href|src)="(/[^"]+)"', answer.text
        )
    }
    answers |= {url: server.get(url) for url in assets}
    wrong = {url: answer.status for url, answer in answers.items() if not answer.is_served}
    assert not wrong, server.output
    for url, answer in answers.items():
        assert all(name in answer.headers for name in HEADERS), url
        assert "unsafe" not in answer.headers["Content-Security-Policy"], url


@pytest.mark.minutes
def test_its_own_tests_pass(project: Project) -> None:
    assert passed(project.run(*PYTEST, "modules", "tests"))


@pytest.mark.parametrize("flavor", MINIMAL_FIRST)
def test_the_kernel_passes_its_tests(flavors: Callable[..., Project], flavor: str) -> None:
    assert passed(flavors(flavor).run(*PYTEST, "flask_modular"))


@pytest.mark.minutes
@pytest.mark.postgresql
@pytest.mark.parametrize(
    "project",
    [
        # It has the modules of the others: before each commit that is enough.
        pytest.param(one, marks=[pytest.mark.full] if one != LARGEST else [])
        for one in [*FLAVORS, *WITH_DEMO]
    ],
    indirect=True,
)
def test_its_modules_pass_their_tests_on_postgresql(project: Project, postgresql: str) -> None:
    assert passed(project.having(TEST_DATABASE_URL=postgresql).run(*PYTEST, "modules"))


@pytest.mark.full
@pytest.mark.postgresql
def test_the_whole_passes_its_tests_on_postgresql(project: Project, postgresql: str) -> None:
    assert passed(project.having(TEST_DATABASE_URL=postgresql).run(*PYTEST, "tests"))


@pytest.mark.full
@pytest.mark.postgresql
def test_the_kernel_passes_its_tests_on_postgresql(
    flavors: Callable[[str], Project], postgresql: str
) -> None:
    served = flavors("minimal").having(TEST_DATABASE_URL=postgresql)
    assert passed(served.run(*PYTEST, "flask_modular"))


def passed(output: str) -> bool:
    """Tell whether pytest ran some tests."""
    return re.search(r"^\d+ passed", output, re.MULTILINE) is not None


def test_it_is_linted_and_formatted(project: Project) -> None:
    project.run("ruff", "check", "--no-cache")
    project.run("ruff", "format", "--check", "--no-cache")


def test_it_is_typed(project: Project) -> None:
    project.run(*MYPY)


def test_models_and_migrations_agree(project: Project, database: str) -> None:
    shop = project.having(DATABASE_URL=database)
    shop.run("flask", "db", "upgrade")
    assert "Models and migrations agree." in shop.run("flask", "db", "check")
    assert "The database is up to date." in shop.run("flask", "db", "upgrade")
    assert shop.run("flask", "seed") == shop.run("flask", "seed")


@SQLITE_FIRST
def test_migrations_go_down_and_up_again(project: Project, database: str) -> None:
    shop = project.having(DATABASE_URL=database)
    shop.run("flask", "db", "upgrade")
    shop.run("flask", "seed")
    there = schema(database)
    for module in shop.execute(MIGRATED).split():
        shop.run("flask", "db", "downgrade", module, "base", "--yes")
    assert not schema(database)
    shop.run("flask", "db", "upgrade")
    assert schema(database) == there


def test_it_follows_the_pattern(project: Project, tmp_path: Path) -> None:
    migrated = project.having(DATABASE_URL=f"sqlite:///{tmp_path / 'test.db'}")
    migrated.run("flask", "db", "upgrade")
    migrated.run("flask", "module", "check")


def test_gunicorn_serves_its_pages(project: Project, database: str) -> None:
    live = project.in_production(DATABASE_URL=database)
    live.run("flask", "db", "upgrade")
    with live.gunicorn() as server:
        assert server.get("/livez").status == 200
        assert server.get("/readyz").status == 200, server.output
        assert_serves_its_pages(server, live.pages())


@SQLITE_FIRST
def test_waitress_serves_its_pages(project: Project, database: str) -> None:
    live = project.in_production(DATABASE_URL=database)
    live.run("flask", "db", "upgrade")
    with live.waitress() as server:
        assert_serves_its_pages(server, live.pages())


@SQLITE_FIRST
def test_the_development_server_serves_its_pages(project: Project, database: str) -> None:
    shop = project.having(DATABASE_URL=database)
    shop.run("flask", "db", "upgrade")
    with shop.flask_run("--debug") as server:
        assert_serves_its_pages(server, shop.pages())


def test_a_page_that_is_missing_answers_with_its_request_id(project: Project) -> None:
    with project.in_production(DATABASE_URL="sqlite://").gunicorn() as server:
        answer = server.get("/no-such-page", X_Request_ID="seen-by-me")
    assert answer.status == 404
    assert answer.headers["X-Request-ID"] == "seen-by-me"


@pytest.mark.parametrize("flavor", MINIMAL_FIRST)
def test_cookies_travel_over_https_only(make: Make, flavor: str) -> None:
    project = make(flavor=flavor, modules="ops")
    project.write(
        "modules/visit/__init__.py",
        "from flask_modular import Module\n\nmodule = Module(__name__)\n",
    )
    project.write("modules/visit/routes.py", VISIT)
    live = project.in_production(FLASK_OPS_PROXY_HOPS="1")
    with live.gunicorn() as server:
        secure = server.get("/visit/", X_Forwarded_Proto="https")
        plain = server.get("/visit/")
    assert secure.headers["Set-Cookie"].startswith("__Host-session=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in secure.headers["Set-Cookie"]
    assert "max-age=" in secure.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in plain.headers


def test_every_cookie_of_a_person_is_secure(
    flavors: Callable[..., Project], tmp_path: Path
) -> None:
    live = flavors(LARGEST).in_production(DATABASE_URL=f"sqlite:///{tmp_path / 'test.db'}")
    live.run("flask", "db", "upgrade")
    cookies = re.findall(r"^([\w-]+)=(.+)", live.execute(COOKIES), re.MULTILINE)
    assert {name for name, _ in cookies} == {"__Host-session", "remember_token", "locale"}
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert [name for name, options in cookies if word not in options] == []


@pytest.mark.parametrize(
    ("secret", "command"),
    [
        *((secret, "run") for secret in (None, "", "dev", "secret", "changeme", "short")),
        *((None, command) for command in ("db upgrade", "routes", "module list")),
    ],
)
def test_production_refuses_a_secret_that_is_none(
    flavors: Callable[[str], Project], secret: str | None, command: str
) -> None:
    live = flavors("minimal").in_production(SECRET_KEY=secret)
    output = live.refusal("flask", *command.split())
    assert "Production needs a SECRET_KEY" in output
    assert len(output.splitlines()) == 1


@pytest.mark.parametrize("server", ["gunicorn", "waitress"])
def test_a_server_without_a_secret_does_not_start(
    flavors: Callable[[str], Project], server: str
) -> None:
    live = flavors("minimal").in_production(SECRET_KEY=None)
    serving = getattr(live, server)()
    with pytest.raises(AssertionError, match="Production needs a SECRET_KEY"), serving:
        pytest.fail("It serves.")


def test_development_makes_a_secret_of_its_own(make: Make) -> None:
    first, second = make(project_name="One"), make(project_name="Two")
    for project in (first, second):
        project.run("flask", "routes")
    assert first.read("instance/secret_key") != second.read("instance/secret_key")


@pytest.mark.parametrize("command", ["flask run --port {port}", "make run PORT={port}"])
def test_a_taken_port_is_said_in_a_sentence(
    flavors: Callable[[str], Project], command: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        output = flavors("minimal").refusal(*command.replace("{port}", port).split())
    assert f"Port {port} is in use" in output or f"Port {port} is taken" in output
    assert "Traceback" not in output
