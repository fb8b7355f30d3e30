"""The client of `live` in a browser: by WebSocket, by polling where that is blocked, and again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from tests.conftest import Bake
from tests.projects import Project, Server
from tests.test_browser import browser as browser

pytestmark = [pytest.mark.slow, pytest.mark.browser]
BOARD = {
    "__init__.py": "from flask_modular import Module\n\nmodule = Module(__name__)\n",
    "views.py": """
from flask import render_template
from flask_modular import access
from . import module

@module.get("/")
@access.public
def index():
    return render_template("board/index.html")
""",
    "sockets.py": """
from flask_modular import access
from marshmallow import Schema, fields
from marshmallow.validate import Length
from modules.live.services import on, push

class PostSchema(Schema):
    text = fields.String(required=True, validate=Length(1, 20))

def may_join(room):
    return room == "open"

@on("board.post", PostSchema)
@access.public
def post(values):
    push("board.posted", values, room="board:open")
    return {"length": len(values["text"])}
""",
    "templates/board/index.html": """
{% extends "site/layout.html" %}
{% block content %}
<form><label>Text <input name="text"></label> <button>Post</button></form>
<p role="status"></p><p role="log"></p>
{% endblock %}
{% block scripts %}
{{ live_script() }}
<script type="module" src="{{ url_for('.static', filename='board.js') }}"></script>
{% endblock %}
""",
    "static/board.js": """
const find = (selector) => document.querySelector(selector);
const [form, status, log] = ["form", "[role=status]", "[role=log]"].map(find);
const say = (text) => (status.textContent = text);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    say(`${(await live.emit("board.post", { text: form.text.value })).length} characters`);
  } catch (error) {
    say(`${error.status}: ${error.message} ${JSON.stringify(error.errors)}`);
  }
});
live.on("board.posted", ({ text }) => log.append(text, ". "));
live.on("connect", () => say("connected")).on("disconnect", () => say("lost"));
live.on("refused", ({ message }) => say(message));
live.join("board:open");
""",
}


@pytest.fixture(scope="module")
def project(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with a board that anybody may read and write."""
    answers = {"flavor": "minimal", "modules": "live", "project_name": "Board"}
    project = Project(bake(tmp_path_factory.mktemp("live"), **answers))
    for name, text in BOARD.items():
        path = Path(project.path, "modules/board", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project.having(FLASK_ACCESS_OPEN="1")


@pytest.fixture(scope="module")
def site(project: Project) -> Iterator[Server]:
    """Serve it."""
    with project.serve(
        "gunicorn", "app:create_app()", "--bind", "127.0.0.1:{port}", "--threads", "40"
    ) as server:
        yield server


@pytest.fixture
def context(browser: Browser, site: Server) -> Iterator[BrowserContext]:
    """Open a browser whose console has to stay quiet."""
    context = browser.new_context(base_url=site.url)
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert complaints == []


def visit(context: BrowserContext) -> Page:
    """Open the board, and wait until it is connected."""
    page = context.new_page()
    page.goto("/board/")
    expect(page.get_by_role("status")).to_have_text("connected")
    return page


def post(page: Page, text: str) -> None:
    """Write on the board."""
    page.get_by_label("Text").fill(text)
    page.keyboard.press("Enter")


def test_what_one_posts_another_sees_at_once(context: BrowserContext) -> None:
    ada, eve = visit(context), visit(context)
    post(ada, "Hello")
    expect(ada.get_by_role("status")).to_have_text("5 characters")
    expect(eve.get_by_role("log")).to_have_text("Hello.")


def test_an_error_says_what_is_wrong(context: BrowserContext) -> None:
    page = visit(context)
    post(page, "x" * 21)
    expect(page.get_by_role("status")).to_contain_text("422")
    expect(page.get_by_role("status")).to_contain_text("Length must be between 1 and 20.")


def test_where_websocket_is_blocked_polling_works(context: BrowserContext) -> None:
    eve = visit(context)
    context.route_web_socket("**/socket.io/*", lambda socket: socket.close())
    ada = visit(context)
    post(ada, "By polling")
    expect(ada.get_by_role("status")).to_have_text("10 characters")
    for page in (ada, eve):
        expect(page.get_by_role("log")).to_have_text("By polling.")
    post(eve, "Back")
    expect(ada.get_by_role("log")).to_contain_text("Back.")


def test_a_connection_that_was_lost_comes_back_with_its_rooms(context: BrowserContext) -> None:
    eve = visit(context)
    sockets: list[WebSocketRoute] = []

    def relay(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    context.route_web_socket("**/socket.io/*", relay)
    ada = visit(context)
    # Noted by the page itself: it may be connected again before anybody looks at it.
    ada.evaluate("live.on('disconnect', () => (document.body.dataset.was = 'lost'))")
    sockets[0].close()
    expect(ada.locator("body")).to_have_attribute("data-was", "lost")
    expect(ada.get_by_role("status")).to_have_text("connected")
    post(eve, "Still there?")
    expect(ada.get_by_role("log")).to_have_text("Still there?.")


def test_a_page_that_was_left_comes_back_connected(context: BrowserContext) -> None:
    ada, eve = visit(context), visit(context)
    ada.goto("/")
    ada.go_back()
    expect(ada.get_by_role("status")).to_have_text("connected")
    post(eve, "Welcome back")
    expect(ada.get_by_role("log")).to_contain_text("Welcome back.")
