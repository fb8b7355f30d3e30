"""Passkeys, in a browser that has a device to keep them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.conftest import Bake
from tests.projects import Project, Server
from tests.test_browser import OVERFLOW, SIZES, browser, unique, violations, window

__all__ = ["browser"]

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PASSWORD = "correct horse staple"
SIGN_IN = "Sign in with a passkey"
# https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def project(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project that knows people."""
    found = Project(bake(tmp_path_factory.mktemp("keys"), flavor="minimal", modules="accounts"))
    found.run("flask", "db", "upgrade")
    return found


@pytest.fixture(scope="module")
def site(project: Project) -> Iterator[Server]:
    """Serve it."""
    with project.gunicorn() as server:
        yield server


@pytest.fixture
def email(project: Project) -> str:
    """Return the address of somebody who has no passkey yet."""
    address = f"{unique('ada')}@example.com"
    project.execute(
        "from app import create_app\n"
        "from flask_modular import db\n"
        "from modules.accounts.services import create_user\n"
        "with create_app().app_context():\n"
        f"    create_user({address!r}, {PASSWORD!r})\n"
        "    db.session.commit()\n"
    )
    return address


@pytest.fixture(params=SIZES)
def page(
    request: pytest.FixtureRequest, browser: Browser, site: Server, email: str
) -> Iterator[Page]:
    """Yield a window in which somebody is signed in; nothing is said on its console."""
    complaints: list[str] = []
    with window(browser, request.param) as open_window:
        page = open_window(named(site))
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        sign_in(page, email)
        yield page
    assert complaints == []


@pytest.fixture
def device(page: Page) -> CDPSession:
    """Return the line to a device beside the browser."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return line


def named(site: Server) -> str:
    """Return the site's URL by a name: browsers take no passkeys at an address of numbers."""
    return site.url.replace("127.0.0.1", "localhost")


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/sign-in")
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{page.url.partition('/accounts')[0]}/accounts/")


def sign_out(page: Page) -> None:
    page.goto("/accounts/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out.")


def begin_to_add(page: Page, name: str) -> None:
    page.goto("/accounts/passkeys")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def add(page: Page, name: str) -> None:
    begin_to_add(page, name)
    page.get_by_role("button", name="Create the passkey").click()
    expect(page.get_by_role("status")).to_contain_text(f"The passkey “{name}” is added.")


def test_a_passkey_is_added_used_and_removed(page: Page, device: CDPSession) -> None:
    add(page, "My phone")
    sign_out(page)
    page.goto("/accounts/passkeys")  # which leads to the sign-in page, and back
    page.get_by_label("Stay signed in on this device").check()
    page.get_by_role("button", name=SIGN_IN).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passkeys")
    names = [cookie["name"] for cookie in page.context.cookies()]
    assert "remember_token" in names
    expect(page.locator("tbody time")).to_have_count(2)  # when it was added, and used
    page.get_by_role("link", name="Remove the passkey “My phone”").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    sign_out(page)
    page.goto("/accounts/sign-in")
    page.get_by_role("button", name=SIGN_IN).click()
    expect(page.get_by_role("alert").first).to_contain_text("with the passkey did not work.")


def test_what_goes_wrong_at_the_device_is_said_on_the_page(page: Page, device: CDPSession) -> None:
    add(page, "My phone")
    begin_to_add(page, "The same once more")
    button = page.get_by_role("button", name="Create the passkey")
    button.click()
    expect(page.get_by_role("alert")).to_have_text(
        "This device has a passkey of your account already."
    )
    expect(button).to_be_enabled()
    assert violations(page) == []
    sign_out(page)
    device.send("WebAuthn.disable")
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, "isUserVerified": False}}
    )
    page.get_by_role("button", name=SIGN_IN).click()
    expect(page.get_by_role("alert")).to_contain_text("The device gave no passkey.")


def test_pages_fit_and_are_accessible(page: Page, device: CDPSession) -> None:
    add(page, "A rather long name for a telephone " + "x" * 60)
    page.get_by_role("link", name="Remove the passkey").click()
    removal = page.url
    begin_to_add(page, "Another")
    creation = page.url
    for url in ("/accounts/", "/accounts/passkeys", "/accounts/passkeys/add", creation, removal):
        assert_fits(page, url)
    sign_out(page)
    assert_fits(page, "/accounts/sign-in")
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_visible()


def assert_fits(page: Page, url: str) -> None:
    """Look at a page in both schemes."""
    page.goto(url)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(OVERFLOW) <= 0, url
        assert violations(page) == [], url


@pytest.mark.parametrize("size", SIZES)
def test_without_scripts_there_is_the_password(
    browser: Browser, site: Server, email: str, size: str
) -> None:
    with window(browser, size) as open_window:
        page = open_window(named(site), java_script_enabled=False)
        page.goto("/accounts/sign-in")
        expect(page.get_by_role("button", name=SIGN_IN)).to_be_hidden()
        sign_in(page, email)
        page.goto("/accounts/passkeys")
        expect(page.get_by_role("link", name="Add a passkey")).to_be_hidden()


def test_where_browsers_take_none_the_page_says_so(
    browser: Browser, site: Server, email: str
) -> None:
    with window(browser, "phone") as open_window:
        page = open_window(site.url)  # an address of numbers
        sign_in(page, email)
        page.goto("/accounts/passkeys")
        expect(page.get_by_text("Browsers take no passkeys at this address")).to_be_visible()
        page = open_window(named(site))
        page.add_init_script("delete window.PublicKeyCredential")
        sign_in(page, email)
        page.goto("/accounts/passkeys")
        expect(page.get_by_text("Your browser has no passkeys here")).to_be_visible()
        expect(page.get_by_role("link", name="Add a passkey")).to_be_hidden()
