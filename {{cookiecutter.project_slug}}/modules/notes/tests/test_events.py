import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from flask_modular import ModularError, has
from modules.notes.events import check_settings
from modules.notes.models import Note, now


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("NOTES_PAGE_SIZE", 0),
        ("NOTES_PAGE_SIZE", 101),
        ("NOTES_ARCHIVE_AFTER_DAYS", -1),
        ("NOTES_ARCHIVE_AFTER_DAYS", 10**9),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, key: str, value: int
) -> None:
    check_settings(app)
    monkeypatch.setitem(app.config, key, value)
    with pytest.raises(ModularError, match=f"FLASK_{key} is {value}; write a number"):
        check_settings(app)


def test_notes_outlive_the_account_of_their_author(db_session: scoped_session[Session]) -> None:
    if has("accounts"):
        from modules.accounts.services import create_user, delete_account, export_account

        user, moment = create_user("ada@example.com"), now()
        db_session.flush()
        for author in (user.identity, "user:0"):
            db_session.add(Note(title=f"By {author}", author=author, updated_at=moment))
        db_session.commit()
        [kept] = export_account(user)["notes"]
        assert kept["title"] == f"By {user.identity}"
        delete_account(user)
        notes = db_session.query(Note).order_by(Note.id).all()
        assert [note.author for note in notes] == ["", "user:0"]
        assert {note.updated_at for note in notes} == {moment}
