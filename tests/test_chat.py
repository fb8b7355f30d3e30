"""The chat between two browsers, each at a server process of its own, which share a Redis."""

import json
import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from redis import Redis
from redis.exceptions import RedisError

from tests.conftest import Bake
from tests.projects import Project, Server, unavailable
from tests.test_browser import OVERFLOW, SIZES, unique, violations
from tests.test_browser import browser as browser

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PASSWORD = "correct horse staple"
PEOPLE = """
from app import create_app
from flask_modular import db
from modules.accounts.services import create_token, create_user
from modules.chat.models import Message, Person, Room

with create_app().app_context():
    for name in ("Ada", "Eve"):
        user = create_user(f"{name.lower()}@example.com", "correct horse staple")
        db.session.flush()
        db.session.add(Person(identity=f"user:{user.id}", nickname=name, online=False))
        token = create_token(user, "tests", ["*"])[1]
    rooms = [Room(name="Kitchen", topic="Tea and talk"), Room(name="Garden"), Room(name="Attic")]
    for room in rooms:
        db.session.add(room)
        db.session.flush()
    eve = db.session.query(Person).filter_by(nickname="Eve").one()
    for number in range(60):
        text = f"Box {number:02}"
        db.session.add(Message(room=rooms[-1], person=eve, source=text, html=f"<p>{text}</p>"))
        db.session.flush()
    db.session.commit()
    print(token)
"""
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def redis_url() -> str:
    """Return the URL of a Redis."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
    try:
        with Redis.from_url(url, socket_connect_timeout=1) as redis:
            redis.ping()
    except RedisError:
        unavailable(f"Redis does not answer at {url}.")
    return url


@pytest.fixture(scope="module")
def project(bake: Bake, tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Project:
    """Return a project with two people and two rooms."""
    folder = tmp_path_factory.mktemp("chat")
    project = Project(bake(folder, flavor="full-stack", modules="chat", project_name="Talk"))
    project.run("flask", "db", "upgrade")
    return project.having(REDIS_URL=redis_url, FLASK_CONFIG="development")


@pytest.fixture(scope="module")
def token(project: Project) -> str:
    """Return Eve's token."""
    return str(project.execute(PEOPLE)).split()[-1]


@pytest.fixture(scope="module")
def servers(project: Project, token: str) -> Iterator[list[Server]]:
    """Serve it twice."""
    command = ("gunicorn", "app:create_app()", "--bind", "127.0.0.1:{port}", "--threads", "40")
    with project.serve(*command) as first, project.serve(*command) as second:
        yield [first, second]


@pytest.fixture(params=SIZES)
def visit(
    request: pytest.FixtureRequest, browser: Browser, servers: list[Server]
) -> Iterator[Visit]:
    """Return a function that signs somebody in, and opens the room; the console stays quiet."""
    width, height = SIZES[request.param]
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def visit(name: str, server: int, path: str = "/chat/1", **options: object) -> Page:
        context = browser.new_context(
            base_url=servers[server].url,
            viewport={"width": width, "height": height},
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.on("console", lambda said: complaints.append(said.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        body = {"email": f"{name.lower()}@example.com", "password": PASSWORD}
        context.request.post("/accounts/login", data=body, headers={"Accept": "application/json"})
        page = context.new_page()
        page.goto(path)
        if options.get("java_script_enabled", True):
            expect(page.locator("#chat")).to_have_attribute("data-live", "on")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def write(page: Page, text: str) -> None:
    """Write a message by keyboard."""
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")


def test_what_one_writes_the_other_sees_changes_and_deletions_too(visit: Visit) -> None:
    ada, eve = visit("Ada", 0), visit("Eve", 1)
    expect(ada.locator("#chat-people")).to_contain_text("Eve")
    eve.get_by_label("Message", exact=True).press_sequentially("Te")
    expect(ada.get_by_text("Eve is typing")).to_be_visible()
    write(eve, "Who wants **tea**?")
    asked = ada.get_by_role("listitem").filter(has_text="Who wants tea?").last
    expect(asked.locator("strong")).to_have_text("tea")
    expect(asked).to_be_in_viewport()
    mine = eve.get_by_role("listitem").filter(has_text="Who wants tea?").last
    mine.get_by_role("link", name="Edit").click()
    eve.get_by_label("Message", exact=True).fill("Who wants coffee?")
    eve.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("Who wants coffee?").last).to_be_visible()
    expect(eve.locator("#chat")).to_have_attribute("data-live", "on")
    eve.get_by_role("link", name="Delete").last.click()
    eve.get_by_role("button", name="Delete").click()
    expect(ada.get_by_text("Who wants coffee?")).to_have_count(0)
    expect(eve.locator("#chat")).to_have_attribute("data-live", "on")


def test_what_is_posted_by_rest_or_by_a_job_appears(
    visit: Visit, servers: list[Server], token: str
) -> None:
    ada = visit("Ada", 0)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for text, prefer in (("By REST", ""), ("By a job", "respond-async")):
        answer = ada.request.post(
            f"{servers[1].url}/api/chat/rooms/1/messages",
            data=json.dumps({"source": text}),
            headers={**headers, "Prefer": prefer},
        )
        assert answer.status == (202 if prefer else 201)
        expect(ada.get_by_text(text, exact=True).last).to_be_visible()


def test_another_room_is_marked_until_it_is_read(visit: Visit) -> None:
    ada, eve = visit("Ada", 0), visit("Eve", 1, "/chat/2")
    garden = ada.get_by_role("navigation", name="Rooms").get_by_role("link", name="Garden")
    write(eve, "Roses")
    expect(garden.get_by_text("new")).to_be_visible()
    garden.click()
    expect(ada.get_by_text("Roses").last).to_be_visible()
    # Whoever leaves while it connects is told so on the console, by the browser.
    expect(ada.locator("#chat")).to_have_attribute("data-live", "on")
    ada.goto("/chat/1")
    expect(garden.get_by_text("new")).to_be_hidden()
    expect(ada.locator("#chat")).to_have_attribute("data-live", "on")


def test_the_list_of_rooms_is_live(visit: Visit) -> None:
    eve, ada = visit("Eve", 1), visit("Ada", 0)
    ada.goto("/chat/")
    ada.evaluate("live.emit('chat.ping')")  # answered after what was asked before it
    rooms = ada.locator("#chat-rooms")
    kitchen = rooms.get_by_role("listitem").filter(has_text="Kitchen")
    expect(kitchen.get_by_text("new")).to_be_hidden()
    write(eve, "Tea?")
    expect(kitchen.get_by_text("new")).to_be_visible()
    name = unique("Hall")
    eve.goto("/chat/new")
    eve.get_by_label("Name").fill(name)
    eve.get_by_label("Topic").fill("Echoes")
    eve.get_by_role("button", name="Save").click()
    expect(rooms.get_by_role("listitem").filter(has_text=name)).to_contain_text("Echoes")
    expect(eve.locator("#chat")).to_have_attribute("data-live", "on")
    rooms.get_by_role("link", name=name).click()
    expect(ada.get_by_role("heading", level=1)).to_have_text(name)
    expect(ada.locator("#chat")).to_have_attribute("data-live", "on")


@pytest.mark.parametrize("locale", ["en-GB", "de", "ar"])
def test_the_time_of_a_message_is_the_same_when_the_page_is_loaded_again(
    visit: Visit, locale: str
) -> None:
    page = visit("Ada", 0, locale=locale, timezone_id="Asia/Kolkata")
    text = unique("Now")
    page.locator("#text").fill(text)
    page.keyboard.press("Enter")
    time = page.locator(".chat-message").filter(has_text=text).locator("time")
    expect(time).to_have_text(re.compile(r"20\d\d.+\d:\d\d"))
    before = time.inner_text()
    page.reload()
    expect(time).to_have_text(before)
    expect(page.locator("#chat")).to_have_attribute("data-live", "on")


def test_ones_own_messages_in_another_window_are_not_new(visit: Visit) -> None:
    garden, kitchen = visit("Ada", 0, "/chat/2"), visit("Ada", 1)
    text = unique("Roses")
    write(garden, text)
    expect(garden.get_by_text(text)).to_be_visible()
    link = kitchen.get_by_role("navigation", name="Rooms").get_by_role("link", name="Garden")
    write(kitchen, unique("After"))  # what came before it has arrived, too
    expect(kitchen.get_by_text("After").last).to_be_visible()
    expect(link.get_by_text("new")).to_be_hidden()


def test_the_end_stays_in_sight_unless_one_reads_further_up(visit: Visit) -> None:
    ada, eve = visit("Ada", 0), visit("Eve", 1)
    lines = unique("Line")
    write(eve, "\n\n".join([*["…"] * 40, lines]))
    expect(ada.get_by_text(lines)).to_be_in_viewport()
    log = ada.locator("#chat-log")
    log.evaluate("log => (log.scrollTop = 0)")
    again = unique("Again")
    write(eve, again)
    expect(ada.get_by_text(again)).to_be_attached()
    assert log.evaluate("log => log.scrollTop") == 0


def test_older_messages_come_above_the_others(visit: Visit) -> None:
    page = visit("Ada", 0, "/chat/3")
    held: list[Route] = []
    page.route(re.compile("before="), lambda route: held.append(route))
    messages, older = page.locator(".chat-text"), page.get_by_role("link", name="Older messages")
    expect(messages.first).not_to_have_text("Box 00")
    older.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Older messages are being loaded …")
    held[0].continue_()
    expect(messages.first).to_have_text("Box 00")
    expect(page.get_by_text("Box 09")).to_be_in_viewport()
    expect(older).to_have_count(0)
    expect(page.locator("#chat-log")).to_be_focused()
    text = unique("Here")
    write(page, text)
    expect(page.get_by_text(text)).to_be_in_viewport()


def test_who_is_here_is_listed_by_name_each_in_a_colour(visit: Visit) -> None:
    people = visit("Eve", 1).locator("#chat-people li")
    visit("Ada", 0)
    expect(people).to_have_text(["Ada", "Eve"])
    colours = people.evaluate_all("all => all.map((one) => getComputedStyle(one).color)")
    assert len(set(colours)) == 2


def test_whoever_closes_one_of_two_windows_or_loads_one_again_stays(visit: Visit) -> None:
    ada, first, second = visit("Ada", 0), visit("Eve", 0), visit("Eve", 1)
    eve = ada.locator("#chat-people").get_by_text("Eve")
    first.reload()
    expect(first.locator("#chat")).to_have_attribute("data-live", "on")
    expect(eve).to_be_visible()
    first.close()
    write(second, unique("Still here"))
    expect(ada.get_by_text("Still here").last).to_be_visible()
    expect(eve).to_be_visible()
    second.reload()
    expect(second.locator("#chat")).to_have_attribute("data-live", "on")
    second.close()
    expect(eve).to_have_count(0)


def test_an_open_page_says_every_half_minute_that_somebody_is_there(visit: Visit) -> None:
    page = visit("Ada", 0)
    page.clock.install()
    with page.expect_websocket() as made:
        page.reload()
    expect(page.locator("#chat")).to_have_attribute("data-live", "on")
    with made.value.expect_event("framesent", lambda frame: "chat.ping" in frame):
        page.clock.fast_forward(31_000)


def test_who_is_deactivated_is_cut_off_in_every_window(visit: Visit, project: Project) -> None:
    ada = visit("Ada", 0)
    project.run("flask", "user", "deactivate", "ada@example.com")
    try:
        expect(ada.get_by_text("Please sign in.")).to_be_visible()
        expect(ada.locator("#chat")).to_have_attribute("data-live", "off")
    finally:
        project.execute(
            "from app import create_app\nfrom flask_modular import db\n"
            "from modules.accounts.services import find_user\n"
            "with create_app().app_context():\n"
            "    find_user('ada@example.com').active = True\n    db.session.commit()\n"
        )


def test_it_works_without_scripts(visit: Visit) -> None:
    page = visit("Eve", 0, java_script_enabled=False)
    page.get_by_label("Message", exact=True).fill("No scripts here")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No scripts here").last).to_be_visible()


def test_what_is_written_runs_in_its_own_direction(visit: Visit) -> None:
    page = visit("Eve", 0, locale="ar")
    page.locator("#text").fill("Who wants *tea*?")
    page.keyboard.press("Enter")
    said = page.locator(".chat-text").filter(has_text="Who wants tea?").last
    expect(said).to_have_css("direction", "ltr")
    expect(page.locator("#chat")).to_have_css("direction", "rtl")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/chat/", "/chat/1", "/chat/new", "/chat/nickname", "/chat/?q=tea"]
)
def test_a_page_fits_and_is_accessible(visit: Visit, path: str, scheme: str) -> None:
    page = visit("Eve", 0, "/chat/1", color_scheme=scheme)
    page.goto(path)
    assert page.evaluate(OVERFLOW) <= 0
    assert violations(page) == []
