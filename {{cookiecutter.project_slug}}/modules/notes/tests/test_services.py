from datetime import timedelta

import pytest
from sqlalchemy import Select

from flask_modular import db
from modules.notes.models import Note, now
from modules.notes.services import archive_old, select_notes


def titles(found: Select[Note]) -> list[str]:
    return [note.title for note in db.session.scalars(found)]


def test_the_latest_change_comes_first(note: Note, old_note: Note) -> None:
    assert titles(select_notes()) == ["Tea", "Coffee"]
    assert titles(select_notes(sort="unknown")) == ["Tea", "Coffee"]
    assert titles(select_notes(sort="title")) == ["Coffee", "Tea"]


@pytest.mark.parametrize("q", ["TEA", "the hills", "te\0a"])
def test_a_search_looks_into_title_and_text(note: Note, old_note: Note, q: str) -> None:
    assert titles(select_notes(q)) == ["Tea"]


def test_a_search_has_no_wildcards(note: Note) -> None:
    assert titles(select_notes("%")) == []


def test_only_old_notes_are_archived(note: Note, old_note: Note) -> None:
    assert archive_old(days=1_001) == 0
    assert archive_old(days=999) == 1
    assert titles(select_notes()) == ["Tea"]
    assert titles(select_notes(archived=True)) == ["Coffee"]


def test_a_setting_says_what_is_old(note: Note, old_note: Note) -> None:
    note.updated_at = now() - timedelta(days=300)
    assert archive_old() == 1
    assert not note.archived


def test_what_was_taken_out_of_the_archive_stays_out(old_note: Note) -> None:
    archive_old()
    old_note.archived = False
    db.session.commit()
    assert archive_old() == 0
