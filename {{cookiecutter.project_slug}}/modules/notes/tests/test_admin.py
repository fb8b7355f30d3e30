from collections.abc import Callable

import pytest
from flask import url_for

from flask_modular.html import Page
from modules.notes.models import Note

Open = Callable[..., Page]


@pytest.fixture
def listed(page: Open, note: Note, old_note: Note) -> Page:
    old_note.archived = True
    return page(url_for("admin_notes_note.index_view", _external=False))


def test_administrators_see_notes_and_the_archive(page: Open, listed: Page) -> None:
    assert {"Tea", "Coffee"} <= listed.links.keys()
    found = page(f"{listed.url}?filter_archived=yes&q=black").links
    assert "Coffee" in found
    assert "Tea" not in found


def test_an_administrator_takes_a_note_out_of_the_archive(listed: Page, old_note: Note) -> None:
    shown = listed.follow("Coffee").follow("Edit").submit({"archived": None})
    assert "It was saved." in shown.text
    assert "Archived no" in shown.text
