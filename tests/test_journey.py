"""The whole journey in a browser: from signing up to signing out everywhere.

The project runs as in production: two servers and a worker, which share a Redis.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from babel.messages.pofile import read_po
from passlib.totp import TOTP  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Bake
from tests.projects import Project, Server, free_port
from tests.test_browser import OVERFLOW, browser, press_until, unique, violations, window
from tests.test_chat import redis_url

__all__ = ["browser", "redis_url"]  # fixtures

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PASSWORD = "correct horse staple"
# Ada signs up herself; Eve is there, and a program of hers has a token.
EVE = """
from app import create_app
from flask_modular import db
from modules.accounts.services import create_token, create_user

with create_app().app_context():
    eve = create_user("eve@example.com", "correct horse staple")
    print(create_token(eve, "tests", ["*"])[1])
    db.session.commit()
"""
ENGLISH = {"color_scheme": "light", "locale": "en-GB"}
ARABIC = {"color_scheme": "dark", "locale": "ar"}
VARIANTS = [
    pytest.param("phone", ARABIC, id="phone, dark, from right to left"),
    pytest.param("desktop", ENGLISH, id="desktop, light", marks=pytest.mark.full),
    pytest.param("desktop", ARABIC, id="desktop, dark, from right to left", marks=pytest.mark.full),
    pytest.param("phone", ENGLISH, id="phone, light", marks=pytest.mark.full),
]
Say = Callable[[str], str]


@dataclass(frozen=True)
class Visitor:
    """Somebody at a browser.

    :param say: puts a text into the language of the pages.
    :param mails: the folder that mails are written to.
    """

    page: Page
    options: dict[str, str]
    say: Say
    mails: Path

    def button(self, name: str) -> Locator:
        """Return a button of the content."""
        main = self.page.get_by_role("main")
        return main.get_by_role("button", name=self.say(name), exact=True)

    def link(self, name: str) -> Locator:
        """Return a link of the content, the last one of this name."""
        main = self.page.get_by_role("main")
        return main.get_by_role("link", name=self.say(name), exact=True).last

    def send(self, **values: str) -> None:
        """Fill in the form of the page and send it, by keyboard alone."""
        self.inspect()
        for label, value in values.items():
            press_until(self.page, "Tab", self.say(label.replace("_", " ")))
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(value)
        self.page.keyboard.press("Enter")

    def reads(self, text: str) -> None:
        """Wait for the message that the last page gave."""
        expect(self.page.get_by_role("status")).to_contain_text(self.say(text))
        self.inspect()

    def inspect(self) -> None:
        """Look at the page: it fits, is accessible, and looks as this visitor wants it to."""
        html = self.page.locator("html")
        expect(html).to_have_attribute("dir", "rtl" if self.options is ARABIC else "ltr")
        expect(html).to_have_attribute("data-bs-theme", self.options["color_scheme"])
        assert self.page.evaluate(OVERFLOW) <= 0, self.page.url
        assert violations(self.page) == [], self.page.url


@pytest.fixture(scope="module")
def project(bake: Bake, tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Project:
    """Return a project with the chat and a module that a command has written."""
    folder = tmp_path_factory.mktemp("journey")
    project = Project(bake(folder, flavor="full-stack", modules="chat", project_name="Journey"))
    project.run("flask", "db", "upgrade")
    project.run("flask", "module", "new", "garden", "--model", "plant name:str(100) height:int=1")
    return project.in_production(
        FLASK_ACCESS_OPEN=None,
        SECRET_KEY=uuid4().hex,
        REDIS_URL=redis_url,
        FLASK_TASKS_BROKER_URL=redis_url,
        FLASK_TASKS_BROKER_PREFIX=uuid4().hex,
        FLASK_MAIL_BACKEND="file",
        FLASK_MAIL_FILE_PATH=str(folder / "mails"),
    )


@pytest.fixture(scope="module")
def token(project: Project) -> str:
    """Return the token of a program of Eve's."""
    return project.execute(EVE).split()[-1]


@pytest.fixture(scope="module")
def servers(project: Project, token: str) -> Iterator[list[Server]]:
    """Serve the project twice, with a worker beside."""
    command = ("gunicorn", "app:create_app()", "--bind", "127.0.0.1:{port}", "--threads", "40")
    port = free_port()
    project = project.having(FLASK_MAIL_SITE_URL=f"http://127.0.0.1:{port}")
    with (
        project.beside("flask", "tasks", "worker", "--pool", "solo"),
        project.serve(*command, port=port) as first,
        project.serve(*command) as second,
    ):
        yield [first, second]


@pytest.fixture
def visitor(
    project: Project, servers: list[Server], browser: Browser
) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a browser at a server; nothing is said on its console."""
    complaints: list[str] = []
    mails = Path(project.variables["FLASK_MAIL_FILE_PATH"])
    with ExitStack() as stack:

        def open_browser(server: int, size: str, options: dict[str, str]) -> Visitor:
            open_window = stack.enter_context(window(browser, size))
            page = open_window(servers[server].url, **options)
            page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return Visitor(page, options, language(project, options["locale"]), mails)

        yield open_browser
    assert complaints == []


def language(project: Project, locale: str) -> Say:
    """Return what puts texts into a language, by the catalogues of the modules."""
    texts: dict[str, str] = {}
    for path in project.path.glob(f"modules/*/translations/{locale}/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            texts |= {str(one.id): str(one.string) for one in read_po(file) if one.string}
    return lambda text: texts.get(text, text)


def sign_up(ada: Visitor, email: str) -> None:
    """Sign up, and follow the link in the mail."""
    ada.page.goto("/accounts/sign-up")
    ada.send(Mail_address=email, Password=PASSWORD)
    ada.reads("A mail is on its way; follow the link in it.")
    ada.page.goto(link_in_mail(ada, email))
    ada.reads("The address is confirmed; sign in.")


def link_in_mail(ada: Visitor, email: str) -> str:
    """Return the link in the mail to an address."""
    for _ in range(100):
        for path in ada.mails.glob("*"):
            # Lines of dashes end each mail of a file.
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if mail["To"] == email:
                body = mail.get_body(("plain",))
                assert body is not None
                [link] = re.findall(r"http://\S+", body.get_content())
                return str(link)
        ada.page.wait_for_timeout(100)
    raise AssertionError(f"No mail has come to {email}.")


def sign_in(who: Visitor, email: str, code: str = "") -> None:
    """Sign in with the password, and a code where one is asked for."""
    who.page.goto("/accounts/sign-in?next=/accounts/sessions")
    who.send(Mail_address=email, Password=PASSWORD)
    if code:
        expect(who.page.get_by_role("heading", level=1)).to_have_text(who.say("One more step"))
        who.send(Code=code)
    expect(who.page).to_have_url("/accounts/sessions")


def switch_two_factor_on(ada: Visitor) -> tuple[str, str]:
    """Show the key to an authenticator; return its next code, and one of the recovery codes."""
    ada.page.goto("/accounts/two-factor/on")
    authenticator = TOTP(ada.page.locator("#key").inner_text())
    ada.send(Code=authenticator.generate().token, Your_password=PASSWORD)
    codes = ada.page.locator("#codes li")
    expect(codes).to_have_count(10)
    ada.inspect()
    # A code counts once, and the next one is taken a little early.
    return authenticator.generate(int(time.time()) + 30).token, codes.first.inner_text()


def sign_out(ada: Visitor) -> None:
    """Sign out by the menu at the top of every page, by keyboard."""
    ada.page.locator("header .dropdown > a").press("Enter")
    ada.page.get_by_role("button", name=ada.say("Sign out"), exact=True).press("Enter")
    ada.reads("You are signed out.")


def keep_a_plant(ada: Visitor) -> None:
    """Create a plant, change it, dismiss its deletion, and delete it."""
    name = unique("Rose")
    ada.page.goto("/garden/")
    ada.inspect()
    ada.link("New plant").press("Enter")
    ada.send(Name=name)
    ada.reads("The plant was created.")
    ada.link("Edit").press("Enter")
    ada.send(Height="42")
    ada.reads("The plant was saved.")
    expect(ada.page.get_by_role("main")).to_contain_text("42")
    for answer, left in ((ada.link("Cancel"), 1), (ada.button("Delete"), 0)):
        ada.link("Delete").press("Enter")
        expect(ada.page).to_have_url(re.compile(r"/delete$"))
        ada.inspect()
        answer.press("Enter")
        expect(ada.page).not_to_have_url(re.compile(r"/delete$"))
        ada.page.goto(f"/garden/?q={name}")
        rows = ada.page.get_by_role("link", name=name, exact=True)
        expect(rows).to_have_count(left)
        if left:
            rows.click()
    ada.inspect()


def open_room(ada: Visitor) -> str:
    """Open a room of the chat, and return its path."""
    ada.page.goto("/chat/new")
    ada.send(Name=unique("Room"))
    expect(ada.page).to_have_url(re.compile(r"/chat/\d+$"))
    connected(ada)
    return urlsplit(ada.page.url).path


def connected(who: Visitor) -> None:
    """Wait for the connection: whoever leaves before is told so on the console."""
    expect(who.page.locator("#chat")).to_have_attribute("data-live", "on")


def enter(who: Visitor, room: str) -> None:
    """Come to a room."""
    who.page.goto(room)
    connected(who)
    who.inspect()


def write(who: Visitor, text: str) -> None:
    """Write a message in the page, by keyboard."""
    who.page.get_by_label(who.say("Message"), exact=True).fill(text)
    who.page.keyboard.press("Enter")


def post(who: Visitor, room: str, token: str, text: str, **headers: str) -> int:
    """Post a message as a program does; return the status of the answer."""
    answer = who.page.request.post(
        f"/api{room.replace('/chat/', '/chat/rooms/')}/messages",
        data={"source": text},
        headers={"Authorization": f"Bearer {token}", **headers},
    )
    return int(answer.status)


def talk(ada: Visitor, eve: Visitor, token: str) -> str:
    """Write to a room by socket, by REST and from a job; return the room's path."""
    room = open_room(ada)
    for one in (ada, eve):
        enter(one, room)
    write(ada, "By socket")
    write(eve, "From the other server")
    assert post(eve, room, token, "By REST") == 201
    assert post(eve, room, token, "By a job", Prefer="respond-async") == 202
    for one in (ada, eve):
        said = one.page.locator("#chat-messages .chat-text")
        for text in ("By socket", "From the other server", "By REST", "By a job"):
            expect(said.get_by_text(text, exact=True)).to_be_visible()
        one.inspect()
    return room


def sign_out_everywhere(ada: Visitor) -> None:
    """End all sessions, by keyboard."""
    ada.page.goto("/accounts/sessions")
    ada.inspect()
    ada.button("Sign out everywhere").press("Enter")
    ada.reads("You are signed out everywhere.")


@pytest.mark.parametrize(("size", "options"), VARIANTS)
def test_the_journey(
    visitor: Callable[..., Visitor], token: str, size: str, options: dict[str, str]
) -> None:
    email = f"{unique('ada')}@example.com"
    ada, elsewhere, eve = (visitor(server, size, options) for server in (0, 1, 1))
    sign_up(ada, email)
    sign_in(ada, email)
    code, recovery_code = switch_two_factor_on(ada)
    sign_out(ada)
    sign_in(ada, email, code)
    keep_a_plant(ada)
    sign_in(eve, "eve@example.com")
    room = talk(ada, eve, token)
    sign_in(elsewhere, email, recovery_code)
    enter(elsewhere, room)
    sign_out_everywhere(ada)
    expect(elsewhere.page.get_by_text(elsewhere.say("Please sign in."))).to_be_visible()
    expect(elsewhere.page.locator("#chat")).to_have_attribute("data-live", "off")
    elsewhere.page.goto("/accounts/sessions")
    expect(elsewhere.page).to_have_url(re.compile("/accounts/sign-in"))
    expect(eve.page.locator("#chat")).to_have_attribute("data-live", "on")
