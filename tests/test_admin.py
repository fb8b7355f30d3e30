"""The administration, as an administrator meets it in a browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Bake
from tests.projects import Project, Server
from tests.test_browser import OVERFLOW, SIZES, browser, press_until, unique, violations, window

__all__ = ["browser"]

pytestmark = [pytest.mark.slow, pytest.mark.browser]
EMAIL, PASSWORD = "ada@example.com", "correct horse staple"
ADMINISTRATOR = f"""
from app import create_app
from flask_modular import db
from modules.accounts.services import create_user, role_named
from modules.notes.models import Note

with create_app().app_context():
    ada = create_user({EMAIL!r}, {PASSWORD!r})
    ada.roles.append(role_named("admin", ["*"]))
    for number in range(30):
        db.session.add(Note(title=f"Note {{number:02}}", body="Some words. " * 20))
    db.session.add(Note(title="Long", body="", archived=True, author="W" * 90))
    db.session.commit()
"""
PAGES = (
    *(
        "",
        "notes/note/?filter_archived=no&sort=title",
        "notes/note/new/",
        "notes/note/details/?id=1",
    ),
    *("notes/note/edit/?id=1", "notes/note/delete/?id=1", "notes/note/?q=nothing"),
    "notes/note/?q=Long",
    *("accounts/user/", "accounts/user/new/", "accounts/role/edit/?id=1", "tasks/job/"),
    *("change/", "change/details/?id=1", "modules/"),
)


@pytest.fixture(scope="module")
def site(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a project with an administrator and some notes."""
    folder = tmp_path_factory.mktemp("admin")
    project = Project(bake(folder, flavor="minimal", modules="admin notes tasks"))
    project.run("flask", "db", "upgrade")
    project.execute(ADMINISTRATOR)
    with project.gunicorn() as server:
        yield server


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, site: Server) -> Iterator[Page]:
    """Yield a window in which an administrator is signed in; nothing is said on its console."""
    complaints: list[str] = []
    with window(browser, request.param) as open_window:
        page = open_window(site.url)
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/admin/")
        page.get_by_label("Mail address").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Administration")
        yield page
    assert complaints == []


def test_a_deletion_is_dismissed_and_confirmed(page: Page) -> None:
    name = unique("Note")
    page.get_by_role("main").get_by_role("link", name="Notes").last.click()
    page.get_by_role("link", name="New entry").click()
    page.get_by_label("Title").fill(name)
    page.get_by_role("button", name="Save").click()
    for answer, left in (("Cancel", 1), ("Delete", 0)):
        page.goto(f"/admin/notes/note/?q={name}")
        page.get_by_role("link", name=f"Delete {name}").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Delete “{name}”?")
        page.get_by_role("button" if answer == "Delete" else "link", name=answer).click()
        page.goto(f"/admin/notes/note/?q={name}")
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(left)
    page.goto(f"/admin/change/?q={name}")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_rows_that_are_chosen_are_deleted_after_a_question(page: Page) -> None:
    word = unique("Bulk")
    for number in range(2):
        page.goto("/admin/notes/note/new/")
        page.get_by_label("Title").fill(f"{word} {number}")
        page.get_by_role("button", name="Save").click()
    page.goto(f"/admin/notes/note/?q={word}")
    everything = page.get_by_label("Choose all")
    if everything.is_visible():  # a phone has no headings
        everything.check()
    for number in range(2):
        page.get_by_label(f"Choose {word} {number}").check()
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("main")).to_contain_text("This cannot be undone.")
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    for number in range(2):
        page.get_by_label(f"Choose {word} {number}").check()
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_contain_text("2 entries were deleted.")
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_a_list_is_searched_filtered_and_paged_by_keyboard(page: Page) -> None:
    page.goto("/admin/notes/note/?sort=title&q=Note")
    press_until(page, "Tab", "Filter")
    page.keyboard.press("Enter")
    page.get_by_label("Archived").select_option(label="No")
    press_until(page, "Tab", "Apply")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Archived")).to_have_value("no")
    expect(page.get_by_text(re.compile("^1.20 of 30$"))).to_be_visible()
    page.get_by_role("link", name="Next").press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("Note 20")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_pages_fit_and_are_accessible(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in PAGES:
        page.goto(f"/admin/{path}")
        assert page.evaluate(OVERFLOW) <= 0, path
        assert violations(page) == [], path
