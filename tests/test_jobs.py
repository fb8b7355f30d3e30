"""The page of a job that takes long: it says how far that is, pushed, asked for, or loaded anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import Bake
from tests.projects import Project, Server
from tests.test_browser import OVERFLOW, SIZES, violations
from tests.test_browser import browser as browser

pytestmark = [pytest.mark.slow, pytest.mark.browser]
# A job that goes on as soon as there is a file of its name.
SLOW = {
    "__init__.py": "from flask_modular import Module\n\nmodule = Module(__name__)\n",
    "manifest.toml": 'requires = ["tasks", "accounts"]\n',
    "tasks.py": """
import time
from pathlib import Path

from modules.tasks.services import JobError, job, report


@job(title="Import of products", page=lambda result: f"/?from={result['products']}", max_retries=0)
def load(path: str) -> dict[str, int]:
    report(0.25, "reading lamps")
    while not Path(path).exists():
        time.sleep(0.05)
    report(0.75, "reading chairs")
    while text := Path(path).read_text():
        time.sleep(0.05)
        if text == "fail":
            raise JobError("The file is no CSV.")
    return {"products": 10}
""",
    "api.py": """
from flask import request

from flask_modular import access
from modules.api.services import Blueprint
from modules.tasks.services import Job, accepted

from .tasks import load

blueprint = Blueprint("slow_api", __name__)


@blueprint.post("/loads")
@access("slow.write")
@accepted
def start() -> Job:
    return load.enqueue(request.args["path"])
""",
}
PEOPLE = """
from app import create_app
from flask_modular import db
from modules.accounts.services import create_token, create_user

with create_app().app_context():
    user = create_user("ada@example.com", "correct horse staple")
    print(create_token(user, "tests", ["*"])[1])
    db.session.commit()
"""
Visit = Callable[..., Page]


@dataclass
class Slow:
    """A job that takes long, and the file that it waits for."""

    id: str
    file: Path

    def go_on(self, text: str = "more") -> None:
        """Have the job report more; an empty text ends it, and "fail" has it fail."""
        fresh = self.file.with_suffix(".fresh")  # the job reads while this is written
        fresh.write_text(text)
        fresh.replace(self.file)


@pytest.fixture(scope="module")
def project(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with a slow job."""
    project = Project(bake(tmp_path_factory.mktemp("jobs"), flavor="full-stack"))
    for path, text in SLOW.items():
        project.write(f"modules/slow/{path}", text)
    project.run("flask", "db", "upgrade")
    return project.having(FLASK_CONFIG="development")


@pytest.fixture(scope="module")
def token(project: Project) -> str:
    """Return Ada's token."""
    return project.execute(PEOPLE).split()[-1]


@pytest.fixture(scope="module")
def server(project: Project, token: str) -> Iterator[Server]:
    """Serve it."""
    command = ("gunicorn", "app:create_app()", "--bind", "127.0.0.1:{port}", "--threads", "20")
    with project.serve(*command) as server:
        yield server


@pytest.fixture(params=SIZES)
def visit(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visit]:
    """Return a function that opens a page as Ada; the console stays quiet."""
    width, height = SIZES[request.param]
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def visit(path: str, *, is_live: bool = True, **options: object) -> Page:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        if not is_live:
            context.route(
                "**/live.*js", lambda route: route.fulfill(body="", content_type="text/javascript")
            )
        context.on("console", lambda said: complaints.append(said.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        body = {"email": "ada@example.com", "password": "correct horse staple"}
        context.request.post("/accounts/login", data=body, headers={"Accept": "application/json"})
        page = context.new_page()
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def slow(server: Server, browser: Browser, token: str, tmp_path: Path) -> Iterator[Slow]:
    """Yield a job of Ada's that has begun."""
    file = tmp_path / "more"
    context = browser.new_context(base_url=server.url)
    headers = {"Authorization": f"Bearer {token}"}
    answer = context.request.post(f"/api/slow/loads?path={file}", headers=headers)
    assert answer.status == 202
    made = Slow(answer.json()["id"], file)
    yield made
    made.go_on("")
    context.close()


@pytest.mark.parametrize("is_live", [True, False])
def test_the_list_goes_along_with_a_job(visit: Visit, slow: Slow, is_live: bool) -> None:
    page = visit("/tasks/", is_live=is_live)
    page.evaluate("window.isStill = true")
    row = page.get_by_role("row").filter(has=page.locator(f"[href$='{slow.id}']"))
    bar = row.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "25")
    link = row.get_by_role("link", name="Import of products")
    link.focus()
    slow.go_on()
    expect(bar).to_have_attribute("value", "75")
    expect(row).to_contain_text("reading chairs")
    slow.go_on("")
    expect(row).to_contain_text("Succeeded")
    expect(bar).to_have_count(0)
    expect(link).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Import of products: Succeeded")
    assert page.evaluate("window.isStill")


def test_the_page_of_a_job_says_what_came_out(visit: Visit, slow: Slow) -> None:
    page = visit(f"/tasks/{slow.id}")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "25")
    slow.go_on("fail")
    expect(page.get_by_text("The file is no CSV.")).to_be_visible()
    expect(page.locator(".job-state")).to_have_text("Failed")


def test_a_connection_that_breaks_in_an_answer_is_not_the_end(visit: Visit, slow: Slow) -> None:
    page = visit(f"/tasks/{slow.id}", is_live=False)
    page.evaluate("""() => {
        const text = Response.prototype.text;
        Response.prototype.text = () => {
            Response.prototype.text = text;
            return Promise.reject(new TypeError("network error"));
        };
    }""")
    slow.go_on()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "75")


def test_without_scripts_a_link_shows_how_it_goes(visit: Visit, slow: Slow) -> None:
    page = visit(f"/tasks/{slow.id}", java_script_enabled=False)
    expect(page.get_by_role("progressbar")).to_be_visible()
    slow.go_on("")
    again = page.get_by_role("link", name="See how it goes now")
    while again.count():
        again.click()
    expect(page.locator(".job-state")).to_have_text("Succeeded")
    expect(page.get_by_role("link", name="See the result")).to_have_attribute("href", "/?from=10")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_and_is_accessible(
    visit: Visit, slow: Slow, scheme: str, language: str
) -> None:
    for path in ("/tasks/", f"/tasks/{slow.id}"):
        page = visit(path, color_scheme=scheme, locale=language)
        expect(page.get_by_role("progressbar").first).to_be_visible()
        assert page.evaluate(OVERFLOW) <= 0
        assert violations(page) == []
