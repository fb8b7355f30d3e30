from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import current_registry, db
from flask_modular.html import Page
from modules.i18n.models import Preference

from .conftest import Url

LOST = "/no-such-page"  # a page of every project


@pytest.fixture
def somebody(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every request be sent by somebody who is known."""
    with app.app_context():
        monkeypatch.setattr(current_registry(), "identities", {"people": [lambda: "user:7"]})


def language(page: Page) -> tuple[str, str]:
    attributes = page.select("html")[0].attributes
    return attributes["lang"], attributes["dir"]


@pytest.mark.parametrize(
    ("accepted", "tag", "direction", "title"),
    [
        ("en", "en", "ltr", "Nothing here"),
        ("de-AT", "de-AT", "ltr", "Hier ist nichts"),
        ("ar", "ar", "rtl", "لا شيء هنا"),
    ],
)
def test_pages_are_in_the_language_of_the_visitor(
    visitor: FlaskClient, accepted: str, tag: str, direction: str, title: str
) -> None:
    lost = Page.open(visitor, LOST, headers={"Accept-Language": accepted})
    assert language(lost) == (tag, direction)
    assert lost.select("h1")[0].text == title


def test_a_language_is_chosen_below_every_page_and_kept(visitor: FlaskClient) -> None:
    chosen = Page.open(visitor, LOST).follow("العربية")
    assert chosen.status == 200
    assert language(chosen) == ("ar", "rtl")
    again = Page.open(visitor, LOST, headers={"Accept-Language": "de"})
    assert language(again) == ("ar", "rtl")
    [current] = [one for one in again.select("a", aria_current="true") if "lang" in one.attributes]
    assert current.text == "العربية"


def test_who_only_reads_gets_no_session(visitor: FlaskClient, url: Url) -> None:
    for page in (LOST, f"{LOST}?language=xx"):
        assert "Set-Cookie" not in visitor.get(page).headers
    links = Page.open(visitor, LOST).select("a", hreflang="de")
    assert [link.attributes["href"] for link in links] == [url(".index", language="de")]
    first, second = (visitor.get(links[0].attributes["href"]) for _ in range(2))
    assert "Cache-Control" not in visitor.get(LOST).headers
    names = [cookie.partition("=")[0] for cookie in first.headers.getlist("Set-Cookie")]
    assert "locale" in names
    assert not [cookie for cookie in second.headers.getlist("Set-Cookie") if "locale" in cookie]


def test_an_address_names_the_language_of_its_page(visitor: FlaskClient) -> None:
    visitor.set_cookie("locale", "ar")
    lost = visitor.get(f"{LOST}?language=de-AT", headers={"Accept-Language": "en"})
    assert lost.headers["Content-Language"] == "de-AT"
    assert "locale=de_AT" in lost.headers["Set-Cookie"]
    assert "Path=/" in lost.headers["Set-Cookie"]


def test_an_address_changes_nothing_for_somebody_who_is_signed_in(
    visitor: FlaskClient, somebody: None
) -> None:
    german = visitor.get(f"{LOST}?language=de")
    assert german.headers["Content-Language"] == "de"
    assert "locale" not in german.headers.get("Set-Cookie", "")
    assert db.session.scalar(db.select(Preference)) is None


def test_a_time_zone_is_chosen_and_a_language_leaves_it(visitor: FlaskClient, url: Url) -> None:
    shown = Page.open(visitor, url(".index")).submit({"timezone": "Africa/Cairo"})
    assert "Your choice was saved." in shown.text
    assert "Time zone: Africa/Cairo" in shown.links
    german = shown.follow("Deutsch")
    assert "Zeitzone: Africa/Cairo" in german.links


def test_who_is_signed_in_has_one_language_everywhere(
    app: Flask, visitor: FlaskClient, url: Url, somebody: None
) -> None:
    for locale in ("ar", "de"):
        Page.open(visitor, url(".index")).submit({"locale": locale})
    assert db.session.scalars(db.select(Preference.locale)).all() == ["de"]
    assert language(Page.open(app.test_client(), LOST)) == ("de", "ltr")


@pytest.mark.parametrize("values", [{"locale": "xx"}, {"timezone": "Moon/Base"}])
def test_what_there_is_not_is_refused_and_not_kept(
    visitor: FlaskClient, url: Url, somebody: None, values: dict[str, str]
) -> None:
    refused = Page.open(visitor, url(".index")).submit(values)
    assert refused.status == 422
    assert "Not a valid choice." in refused.text
    assert db.session.scalar(db.select(Preference)) is None
    assert visitor.get_cookie("locale") is None


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example",
     "\\\\evil.example", "javascript:alert(1)", "/%0d%0a\r\nX: y", "evil.example"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(visitor: FlaskClient, url: Url, target: str) -> None:
    shown = Page.open(visitor, url(".index")).submit({"locale": "de", "next": target})
    assert shown.url == url(".index")


def test_after_a_choice_the_same_page_is_shown(visitor: FlaskClient, url: Url) -> None:
    here = url(".index", q="tea & milk")
    german = Page.open(visitor, here).follow("Deutsch")
    assert german.url == f"{here}&language=de"
    assert german.links["English"] == f"{here}&language=en"


def test_who_is_signed_in_sees_the_same_page_again(
    visitor: FlaskClient, url: Url, somebody: None
) -> None:
    here = url(".index", q="tea & milk")
    shown = Page.open(visitor, f"{here}&language=ar")
    [choice] = shown.select("form", class_="site-choice")
    [back] = choice.select("input", name="next")
    assert back.attributes["value"] == here
    assert [one.text for one in choice.select("button")] == ["العربية", "Deutsch", "English"]


def test_one_language_is_no_choice(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules.i18n.catalogues import catalogues_of

    monkeypatch.setattr(catalogues_of(app), "languages", [])
    monkeypatch.setitem(app.config, "I18N_LOCALES", ["de"])
    lost = Page.open(visitor, LOST, headers={"Accept-Language": "ar"})
    assert language(lost) == ("de", "ltr")
    assert not lost.select("nav", class_="site-choice")


def test_the_script_of_the_time_zone_is_there(
    page: Callable[..., Page], client: FlaskClient
) -> None:
    sources = [one.attributes["src"] for one in page(LOST).select("script")]
    [script] = [source for source in sources if "/i18n." in source]
    with client.get(script) as response:
        assert "timeZone" in response.get_data(as_text=True)
