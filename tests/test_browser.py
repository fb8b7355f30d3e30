"""The landing page and the pages of a new module, as people meet them in a browser."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.conftest import Bake
from tests.projects import Project, Server, unavailable

Visit = Callable[..., Page]

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]
LAMPS = """
from decimal import Decimal
from app import create_app
from flask_modular import db
from modules.shop.models import Category, Product

with create_app().app_context():
    lamps = Category(name="Lamps")
    db.session.add(lamps)
    for number in range(1, 13):
        name, slug = f"Lamp {number:02}", f"lamp-{number:02}"
        product = Product(name=name, slug=slug, price=Decimal(100 - number), stock=number)
        product.category = lamps
        db.session.add(product)
    db.session.commit()
"""
# Every kind of page; the first two stand for all of them in the short run.
PAGES = {
    "landing": "/",
    "list": "/shop/?q=Lamp",
    "found nothing": "/shop/?q=nothing-is-called-this",
    "list of categories": "/shop/categories/",
    "detail": "/shop/products/1",
    "new": "/shop/products/new",
    "edit": "/shop/products/1/edit",
    "delete": "/shop/products/1/delete",
    "missing": "/no-such-page",
}
SHORT = ("landing", "list")
# What is waited for comes at once, but on a machine that is busy with other tests.
expect.set_options(timeout=20_000)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a project with a shop, whose lists are five rows long."""
    folder = tmp_path_factory.mktemp("browser")
    project = Project(bake(folder, project_name="Lamps and more"))
    project.run("flask", "db", "upgrade")
    product = "product name:str(100) slug:str(100):unique price:decimal(10,2) stock:int=0"
    more = "sold_at:datetime? category:category"
    models = ("--model", f"{product} {more}", "--model", "category name:str(100):unique")
    project.run("flask", "module", "new", "shop", *models)
    project.execute(LAMPS)
    with project.having(FLASK_SHOP_PAGE_SIZE="5").gunicorn() as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        unavailable("There is no Chromium on this machine.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(params=SIZES)
def visit(request: pytest.FixtureRequest, browser: Browser, site: Server) -> Iterator[Visit]:
    """Open a page, and watch that nothing is said on the console until the test is over."""
    complaints: list[str] = []
    with window(browser, request.param) as open_window:

        def visit(path: str, **options: object) -> Page:
            page = open_window(site.url, **options)
            page.on("console", lambda one: complaints.append(f"{one.location['url']} {one.text}"))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(path)
            return page

        yield visit
    on_purpose = f"{site.url}{PAGES['missing']} Failed to load resource"
    assert [one for one in complaints if not one.startswith(on_purpose)] == []


@contextmanager
def window(browser: Browser, size: str) -> Iterator[Callable[..., Page]]:
    """Yield a function that opens an empty window of a size."""
    width, height = SIZES[size]
    contexts = []

    def open_window(url: str, **options: object) -> Page:
        context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def fill_in(page: Page, name: str) -> None:
    """Fill in the form of a product."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Slug").fill(name.lower())
    page.get_by_label("Price").fill("12.50")
    page.get_by_label("Category").select_option(label="Lamps")


def press_until(page: Page, key: str, text: str) -> None:
    """Press a key until the focus is on what has this text, or is labelled so."""
    focused = "document.activeElement"
    label = f"({focused}.labels?.[0] ?? {focused}).textContent"
    for _ in range(60):
        page.keyboard.press(key)
        if str(page.evaluate(label)).strip().startswith(text):
            return
    raise AssertionError(f'The focus never comes to "{text}".')


def unique(name: str) -> str:
    """Return a name that no other test uses."""
    return f"{name}-{uuid4().hex[:8]}"


def test_a_record_is_created_edited_and_deleted(visit: Visit) -> None:
    name = unique("Chair")
    page = visit("/shop/")
    page.get_by_role("link", name="New product").click()
    fill_in(page, name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("created")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Price").fill("99.00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("99.00")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_contain_text("deleted")
    page.goto(f"/shop/?q={name}")
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_a_deletion_can_be_cancelled(visit: Visit) -> None:
    page = visit("/shop/products/1/delete")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lamp 01")


def test_what_is_wrong_comes_first_and_nothing_is_lost(visit: Visit) -> None:
    page = visit("/shop/products/new")
    page.get_by_label("Name").fill("Half a lamp")
    page.get_by_label("Slug").fill("lamp-01")
    page.get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Another product has this slug.")
    expect(page.get_by_label("Name")).to_have_value("Half a lamp")
    expect(page.get_by_label("Slug")).to_have_attribute("aria-invalid", "true")
    summary.get_by_role("link", name="Slug").click()
    expect(page.get_by_label("Slug")).to_be_focused()
    assert page.evaluate(OVERFLOW) <= 0


def test_a_list_is_searched_sorted_and_paged(visit: Visit) -> None:
    page = visit("/shop/")
    page.get_by_role("searchbox").fill("Lamp")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text(re.compile("^1.5 of 12$"))).to_be_visible()
    page.goto(f"{page.url}&sort=price")
    expect(first_row(page)).to_contain_text("Lamp 12")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text(re.compile("^6.10 of 12$"))).to_be_visible()
    expect(first_row(page)).to_contain_text("Lamp 07")
    expect(page.get_by_role("searchbox")).to_have_value("Lamp")
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_a_heading_sorts_both_ways(browser: Browser, site: Server) -> None:
    with window(browser, "desktop") as open_window:
        page = open_window(site.url)
        page.goto("/shop/?q=Lamp")
        for direction, first in (("ascending", "Lamp 12"), ("descending", "Lamp 01")):
            page.get_by_role("columnheader", name="Price").get_by_role("link").click()
            heading = page.get_by_role("columnheader", name="Price")
            expect(heading).to_have_attribute("aria-sort", direction)
            expect(first_row(page)).to_contain_text(first)


def first_row(page: Page) -> Locator:
    """Return the first row of a list."""
    return page.locator("tbody tr").first


class TestKeyboard:
    def test_a_record_is_created(self, visit: Visit) -> None:
        name = unique("Drawer")
        page = visit("/shop/categories/")
        press_until(page, "Tab", "New category")
        page.keyboard.press("Enter")
        page.wait_for_url("**/categories/new")
        press_until(page, "Tab", "Name")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("created")
        expect(page.get_by_role("heading", level=1)).to_have_text(name)

    def test_a_record_is_found_edited_and_deleted(self, visit: Visit) -> None:
        name = unique("Chest")
        page = visit("/shop/categories/new")
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("created")
        page.goto("/shop/categories/")
        press_until(page, "Tab", "Search")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/categories/?q={name}")
        press_until(page, "Tab", name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        press_until(page, "Tab", "Edit")
        page.keyboard.press("Enter")
        page.wait_for_url("**/edit")
        press_until(page, "Tab", "Name")
        page.keyboard.press("End")
        page.keyboard.type(" of drawers")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} of drawers")
        press_until(page, "Tab", "Delete")
        page.keyboard.press("Enter")
        page.wait_for_url("**/delete")
        press_until(page, "Tab", "Delete")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("deleted")

    def test_the_first_stop_leads_to_the_content(self, visit: Visit) -> None:
        page = visit("/shop/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()

    def test_the_focus_is_seen(self, visit: Visit) -> None:
        page = visit("/shop/")
        press_until(page, "Tab", "New product")
        style = "getComputedStyle(document.activeElement)"
        outline, shadow = page.evaluate(f"[{style}.outlineStyle, {style}.boxShadow]")
        assert (outline, shadow) != ("none", "none")

    def test_the_menu_of_a_phone_opens_and_closes(self, browser: Browser, site: Server) -> None:
        with window(browser, "phone") as open_window:
            page = open_window(site.url)
            page.goto("/")
            button = page.get_by_role("button", name="Menu")
            entry = page.get_by_role("navigation", name="Main").get_by_role("link", name="Shop")
            expect(entry).to_be_hidden()
            press_until(page, "Tab", "Menu")
            page.keyboard.press("Enter")
            expect(entry).to_be_visible()
            expect(button).to_have_attribute("aria-expanded", "true")
            page.keyboard.press("Escape")
            expect(entry).to_be_hidden()
            expect(button).to_be_focused()
            page.keyboard.press("Enter")
            press_until(page, "Tab", "Shop")
            page.keyboard.press("Enter")
            page.wait_for_url("**/shop/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=name, marks=[] if name in SHORT else pytest.mark.full)
        for name, path in PAGES.items()
    ],
)
def test_a_page_fits_and_is_accessible(visit: Visit, path: str, scheme: str) -> None:
    page = visit(path, color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    assert page.evaluate(OVERFLOW) <= 0
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_refused_form_is_accessible(visit: Visit, scheme: str) -> None:
    page = visit("/shop/products/new", color_scheme=scheme)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []


@pytest.mark.full
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_message_and_an_open_menu_are_accessible(visit: Visit, scheme: str) -> None:
    page = visit("/shop/categories/new", color_scheme=scheme)
    page.get_by_label("Name").fill(unique("Shelf"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():
        menu.click()
    assert violations(page) == []
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("status")).to_have_count(0)


def test_a_list_is_printed_as_a_whole_table(browser: Browser, site: Server) -> None:
    with window(browser, "phone") as open_window:  # paper is narrow, too
        page = open_window(site.url, color_scheme="dark")
        page.goto("/shop/?q=Lamp")
        page.emulate_media(media="print", color_scheme="dark")
        expect(page.get_by_role("columnheader", name="Price")).to_be_visible()
        expect(first_row(page)).to_have_css("display", "table-row")
        for hidden in ("header", ".search", "td.actions", ".pages ul", "footer"):
            expect(page.locator(hidden).first).to_be_hidden()
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(255, 255, 255)"


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page, with the elements that it means."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]


@pytest.mark.full
def test_the_theme_is_chosen_and_kept(visit: Visit) -> None:
    page = visit("/", color_scheme="light")
    page.get_by_role("button", name="Use the dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/shop/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert violations(page) == []


@pytest.mark.full
def test_everything_works_without_scripts(visit: Visit) -> None:
    name = unique("Shelf")
    page = visit("/", java_script_enabled=False)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Shop").click()
    page.get_by_role("link", name="New product").click()
    fill_in(page, name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("created")


@pytest.mark.full
def test_long_words_do_not_widen_a_page(visit: Visit) -> None:
    name = unique("W" * 80)
    page = visit("/shop/products/new")
    fill_in(page, name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("created")
    assert page.evaluate(OVERFLOW) <= 0
    page.goto(f"/shop/?q={name}")
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.full
def test_a_breach_of_the_policy_would_be_noticed(browser: Browser, site: Server) -> None:
    with window(browser, "desktop") as open_window:
        page = open_window(site.url)
        page.goto("/")
        with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
            page.evaluate(
                "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">')"
            )
