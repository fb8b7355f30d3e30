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


def test_a_language_is_chosen_below_every_page_and_kept(visitor: FlaskClient, url: Url) -> None:
    chosen = Page.open(visitor, LOST).submit({"locale": "ar"}, action=url(".index"))
    assert chosen.status == 200
    assert language(chosen) == ("ar", "rtl")
    again = Page.open(visitor, LOST, headers={"Accept-Language": "de"})
    assert language(again) == ("ar", "rtl")
    [selected] = again.select("option", selected="")
    assert selected.text == "العربية"


def test_a_time_zone_is_chosen_and_a_language_leaves_it(visitor: FlaskClient, url: Url) -> None:
    shown = Page.open(visitor, url(".index")).submit({"timezone": "Africa/Cairo"})
    assert "Your choice was saved." in shown.text
    assert "Time zone: Africa/Cairo" in shown.links
    german = shown.submit({"locale": "de"}, action=url(".index"))
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
    shown = Page.open(visitor, here).submit({"locale": "de"}, action=url(".index"))
    assert shown.url.partition("?")[0] == url(".index")
    forms = Page.open(visitor, here).select("input", name="next")
    assert forms[-1].attributes["value"] == here


def test_one_language_is_no_choice(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules.i18n.catalogues import catalogues_of

    monkeypatch.setattr(catalogues_of(app), "languages", [])
    monkeypatch.setitem(app.config, "I18N_LOCALES", ["de"])
    lost = Page.open(visitor, LOST, headers={"Accept-Language": "ar"})
    assert language(lost) == ("de", "ltr")
    assert not lost.select("select", name="locale")


def test_the_script_of_the_time_zone_is_there(
    page: Callable[..., Page], client: FlaskClient
) -> None:
    sources = [one.attributes["src"] for one in page(LOST).select("script")]
    [script] = [source for source in sources if "i18n.js" in source]
    with client.get(script) as response:
        assert "timeZone" in response.get_data(as_text=True)
