from collections.abc import Callable

import pytest
from flask import Flask

from flask_modular.html import Page
from modules.notes.models import Note
from modules.notes.services import archive_old

from .conftest import Url

Open = Callable[..., Page]


def test_the_list_may_be_empty(page: Open, url: Url) -> None:
    assert "No notes yet" in page(url(".index")).text
    assert "The archive is empty" in page(url(".index", archived=1)).text


def test_a_note_is_written(page: Open, url: Url) -> None:
    form = page(url(".index")).follow("New note")
    shown = form.submit({"title": "<b>Milk</b>", "body": "Two\n{{ 7 * 7 }} bottles"})
    assert "The note was saved." in shown.text
    assert shown.select("h1")[0].text == "<b>Milk</b>"
    assert "Two {{ 7 * 7 }} bottles" in shown.text


@pytest.mark.parametrize("title", ["", "x" * 201])
def test_a_title_has_to_fit(page: Open, url: Url, title: str) -> None:
    refused = page(url(".create")).submit({"title": title, "body": "Two bottles"})
    assert "Please look at this again" in refused.text
    assert "No notes yet" in page(url(".index")).text


def test_a_note_is_listed_and_shown(page: Open, url: Url, note: Note) -> None:
    shown = page(url(".index")).follow("Tea")
    assert shown.url == url(".show", note_id=note.id)
    assert "Green, from the hills." in shown.text


def test_a_search_keeps_to_what_it_finds(page: Open, url: Url, note: Note, old_note: Note) -> None:
    found = page(url(".index", q="HILLS")).links
    assert "Tea" in found
    assert "Coffee" not in found
    assert "Nothing found" in page(url(".index", q="<none>")).text


def test_notes_are_listed_page_by_page(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    page: Open,
    url: Url,
    note: Note,
    old_note: Note,
) -> None:
    monkeypatch.setitem(app.config, "NOTES_PAGE_SIZE", 1)
    first = page(url(".index", sort="title"))
    assert "Coffee" in first.links
    assert "Tea" in first.follow("Next").links


def test_a_note_is_edited(page: Open, url: Url, note: Note) -> None:
    form = page(url(".show", note_id=note.id)).follow("Edit")
    shown = form.submit({"title": "Milk"})
    assert shown.select("h1")[0].text == "Milk"
    assert "Green, from the hills." in shown.text


def test_a_note_goes_to_the_archive_and_comes_back(page: Open, url: Url, note: Note) -> None:
    archived = page(url(".show", note_id=note.id)).submit()
    assert "It is in the archive." in archived.text
    assert "Tea" not in page(url(".index")).links
    assert "Tea" in page(url(".index")).follow("Archive").links
    assert "It is among your notes again." in archived.submit().text
    assert "Tea" in page(url(".index")).links


def test_old_notes_are_in_the_archive(page: Open, url: Url, old_note: Note) -> None:
    archive_old()
    assert "Coffee" in page(url(".index", archived=1)).links


def test_a_note_is_deleted_after_a_question(page: Open, url: Url, note: Note) -> None:
    question = page(url(".show", note_id=note.id)).follow("Delete")
    assert "Tea" in page(url(".index")).links
    assert "The note was deleted." in question.submit().text
    assert "No notes yet" in page(url(".index")).text


def test_a_note_that_is_not_there_is_not_found(page: Open, url: Url) -> None:
    assert page(url(".show", note_id=2147483647)).status == 404
