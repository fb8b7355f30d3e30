import pytest
from flask import Flask

from flask_modular import current_registry, db
from modules.notes.models import Note


def test_a_note_remembers_who_wrote_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    assert note.author == ""
    monkeypatch.setattr(current_registry(), "identities", {"people": [lambda: "user:7"]})
    with app.test_request_context():
        mine = Note(title="Mine")
        db.session.add(mine)
        db.session.commit()
        assert mine.author == "user:7"
