"""Languages: the catalogues say all that modules say, and pages run from right to left."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.baking import TEMPLATE
from tests.conftest import Bake
from tests.projects import Project, Server
from tests.test_browser import OVERFLOW, Visit, browser, violations, visit

__all__ = ["browser", "visit"]  # fixtures

CATALOGUES = sorted(path.split("/") for path in TEMPLATE.files if path.endswith("/messages.po"))
TRANSLATED = sorted({module for _, module, *_ in CATALOGUES})
OPTIONAL = {*TRANSLATED} - {*TEMPLATE.flavors["full-stack"].modules}
# The labels of its columns, and its own, are made of names.
PAGE_WITHOUT_WORDS = """
from modules.admin.services import ModelAdmin
from .models import Lamp

class BrightLampAdmin(ModelAdmin):
    model = Lamp
    column_list = ("id", "name", "sold_at")
"""
ARABIC = {"locale": "ar", "timezone_id": "Asia/Tokyo"}


@pytest.mark.slow
@pytest.mark.parametrize("module", TRANSLATED)
def test_every_text_is_translated(flavors: Callable[..., Project], module: str) -> None:
    project = flavors("full-stack", *sorted(OPTIONAL))
    assert "Every text is translated." in project.run("flask", "i18n", "check", "--module", module)


@pytest.mark.parametrize("module", TRANSLATED)
def test_every_module_speaks_the_same_languages(module: str) -> None:
    assert [language for _, name, _, language, *_ in CATALOGUES if name == module] == ["ar", "de"]


@pytest.mark.slow
def test_translators_find_what_a_new_module_shows(make: Callable[..., Project]) -> None:
    project = make(flavor="full-stack")
    project.run("flask", "db", "upgrade")
    project.run("flask", "module", "new", "shop", "--model", "lamp name:str(9) sold_at:datetime?")
    project.write("modules/shop/admin.py", PAGE_WITHOUT_WORDS)
    project.run("flask", "i18n", "update", "--module", "shop")
    catalogue = project.read("modules/shop/translations/de/LC_MESSAGES/messages.po")
    for text in ("Shop", "Lamps", "New lamp", "Sold at", "Id", "Bright lamps"):
        assert f'msgid "{text}"' in catalogue


@pytest.fixture(scope="module")
def site(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a project with notes in several languages, which anybody may write."""
    project = Project(bake(tmp_path_factory.mktemp("i18n"), modules="i18n notes"))
    project.run("flask", "db", "upgrade")
    project.run("flask", "seed")
    with project.gunicorn() as server:
        yield server


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/notes/", "/notes/1", "/notes/new", "/i18n/"])
def test_a_page_from_right_to_left_fits_and_is_accessible(
    visit: Visit, path: str, scheme: str
) -> None:
    page = visit(path, color_scheme=scheme, **ARABIC)
    if path == "/notes/new":
        page.locator(".form [type=submit]").click()
        expect(page.get_by_role("alert")).to_contain_text("هذا الحقل مطلوب.")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    brand, button = page.locator(".site-brand"), page.locator(".site-theme-button")
    assert brand.bounding_box()["x"] > button.bounding_box()["x"]  # type: ignore[index]
    assert page.evaluate(OVERFLOW) <= 0
    assert violations(page) == []


@pytest.mark.slow
@pytest.mark.browser
def test_a_language_is_chosen_and_the_device_says_its_time_zone(visit: Visit) -> None:
    page = visit("/notes/", **ARABIC)
    page.get_by_role("link", name="Deutsch").click()
    expect(page).to_have_url("/notes/?language=de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Notizen")
    expect(page.get_by_role("link", name="Zeitzone: Asia/Tokyo")).to_be_visible()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
