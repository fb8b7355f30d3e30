from flask import Flask

from flask_modular import db
from modules.notes.models import Note


def test_old_notes_are_archived_by_command(app: Flask, note: Note, old_note: Note) -> None:
    runner = app.test_cli_runner()
    older = runner.invoke(args=["notes", "archive", "--days", "2000"])
    assert older.output == "Archived 0 notes.\n"
    assert runner.invoke(args=["notes", "archive"]).output == "Archived 1 note.\n"
    db.session.expire_all()
    assert (note.archived, old_note.archived) == (False, True)


def test_days_before_anything_was_written_are_refused(app: Flask, old_note: Note) -> None:
    result = app.test_cli_runner().invoke(args=["notes", "archive", "--days", "-1"])
    assert result.exit_code == 2
    assert not old_note.archived
