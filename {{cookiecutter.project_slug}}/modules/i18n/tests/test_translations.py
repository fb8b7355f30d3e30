import os
from pathlib import Path

import pytest
from babel import Locale
from flask import Flask

from flask_modular import gettext, ngettext
from modules.i18n.catalogues import Catalogues, path

GERMAN = Locale("de")
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def write(folder: Path, text: str, name: str = "de") -> Path:
    """Write a catalogue."""
    file = path(folder, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEADER + text, encoding="utf-8")
    return file


def entry(message: str, text: str) -> str:
    return f'msgid "{message}"\nmsgstr "{text}"\n\n'


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    """Return catalogues of a project that has no texts yet, and of one module."""
    found = Catalogues(tmp_path / "project")
    found.folders["shop"] = tmp_path / "shop"
    return found


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "حرف واحد"), (2, "حرفين"), (5, "5 أحرف"), (11, "11 حرفًا"), (100, "100 حرف")],
)
def test_arabic_has_six_plural_forms(app: Flask, number: int, words: str) -> None:
    one = "Field must be at least %(min)d character long."
    several = "Field must be at least %(min)d characters long."
    with app.test_request_context("/", headers={"Accept-Language": "ar"}):
        assert words in ngettext(one, several, number, min=number)


def test_what_nobody_has_translated_is_as_it_was_written(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "de"}):
        assert gettext("Nobody has %(what)s this.", what="read") == "Nobody has read this."
        assert ngettext("%(number)s xyzzy", "%(number)s xyzzies", 2) == "2 xyzzies"
        assert gettext("") == ""


def test_the_words_of_the_project_win(catalogues: Catalogues) -> None:
    write(catalogues.folders["shop"], entry("Tea", "Tee") + entry("Milk", "Milch"))
    write(catalogues.project, entry("Tea", "Chai"))
    assert catalogues.texts(GERMAN).gettext("Tea") == "Chai"
    assert catalogues.texts(GERMAN).gettext("Milk") == "Milch"


def test_a_region_says_what_differs(catalogues: Catalogues) -> None:
    write(catalogues.folders["shop"], entry("Potato", "Kartoffel") + entry("Tea", "Tee"))
    write(catalogues.folders["shop"], entry("Potato", "Erdapfel"), "de_AT")
    austria = Locale("de", "AT")
    assert catalogues.texts(austria).gettext("Potato") == "Erdapfel"
    assert catalogues.texts(austria).gettext("Tea") == "Tee"
    assert catalogues.texts(GERMAN).gettext("Potato") == "Kartoffel"


@pytest.mark.parametrize(
    ("message", "text"),
    [("%(n)s teas", "%(m)s Tees"), ("%(n)s teas", "Tees"), ("Milk", "100 % Milch")],
)
def test_a_translation_that_would_break_a_page_is_not_used(
    catalogues: Catalogues, message: str, text: str
) -> None:
    write(catalogues.folders["shop"], entry(message, text))
    assert catalogues.texts(GERMAN).gettext(message) == message


def test_a_guess_is_not_used(catalogues: Catalogues) -> None:
    write(catalogues.folders["shop"], "#, fuzzy\n" + entry("Tea", "Kaffee"))
    assert catalogues.texts(GERMAN).gettext("Tea") == "Tea"


def test_what_a_translator_writes_is_seen_at_once(catalogues: Catalogues) -> None:
    write(catalogues.folders["shop"], entry("Tea", "Te"))
    catalogues.refresh()
    assert catalogues.texts(GERMAN).gettext("Tea") == "Te"
    file = write(catalogues.folders["shop"], entry("Tea", "Tee"))
    os.utime(file, (2e9, 2e9))
    catalogues.refresh()
    assert catalogues.texts(GERMAN).gettext("Tea") == "Tee"
