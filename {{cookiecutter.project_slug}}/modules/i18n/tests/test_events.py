from typing import Any

import pytest
from flask import Flask, Response

from flask_modular import ModularError, gettext
from modules.i18n.events import check_settings

TEXT = "This field is required."
GERMAN, ARABIC = "Dieses Feld wird benötigt.", "هذا الحقل مطلوب."


def answer(app: Flask, **headers: str) -> tuple[str, str | None]:
    """Return a text as a visitor with these headers reads it, and what its answer is marked as."""
    with app.test_request_context("/", headers=headers):
        text = gettext(TEXT)
        return text, app.process_response(Response()).headers.get("Content-Language")


@pytest.mark.parametrize(
    ("accepted", "text", "language"),
    [
        ("de", GERMAN, "de"),
        ("de-AT, en;q=0.5", GERMAN, "de-AT"),
        ("fr, ar;q=0.9, de;q=0.8", ARABIC, "ar"),
        ("en-GB, de;q=0.9", TEXT, "en-GB"),
        ("tlh, xx-yy-zz, *", TEXT, "en"),
        ("", TEXT, "en"),
    ],
)
def test_a_browser_says_which_language_it_wants(
    app: Flask, accepted: str, text: str, language: str
) -> None:
    assert answer(app, **{"Accept-Language": accepted}) == (text, language)


def test_a_choice_beats_what_the_browser_wants(app: Flask) -> None:
    assert answer(app, Cookie="locale=ar", **{"Accept-Language": "de"})[0] == ARABIC


def test_a_chosen_language_keeps_its_region(app: Flask) -> None:
    assert answer(app, Cookie="locale=en", **{"Accept-Language": "de, en-GB"})[1] == "en-GB"


@pytest.mark.parametrize("locale", ["fr", "xx", "../../etc/passwd", "de_DE_DE_DE_DE", "%00"])
def test_a_language_that_there_is_not_is_no_choice(app: Flask, locale: str) -> None:
    assert answer(app, Cookie=f"locale={locale}", **{"Accept-Language": "de"})[0] == GERMAN


def test_caches_keep_languages_apart(app: Flask) -> None:
    with app.test_request_context("/"):
        assert "Accept-Language" not in app.process_response(Response()).vary
        gettext(TEXT)
        assert {"Accept-Language", "Cookie"} <= set(app.process_response(Response()).vary)


def test_without_a_request_texts_are_in_the_default_language(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "I18N_LOCALE", "de")
    with app.app_context():
        assert gettext(TEXT) == GERMAN


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("I18N_LOCALE", "klingon"),
        ("I18N_LOCALE", "fr"),
        ("I18N_LOCALES", ["en", "xx"]),
        ("I18N_TIMEZONE", "Mars"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, key: str, value: Any
) -> None:
    with app.app_context():
        check_settings(app)
        monkeypatch.setitem(app.config, key, value)
        with pytest.raises(ModularError, match=f"FLASK_{key}"):
            check_settings(app)
