from flask import Flask

from flask_modular import db
from modules.mail.services import outbox
from modules.notes.models import Note


def send(app: Flask, *args: object) -> str:
    outbox().clear()
    return app.test_cli_runner().invoke(args=["notes", "send", *map(str, args)]).output


def test_a_note_is_sent(app: Flask, note: Note) -> None:
    assert "is on its way" in send(app, note.id, "ada@example.com")
    [mail] = outbox()
    assert (mail.to, mail.subject) == (["ada@example.com"], "Tea")
    assert "Green, from the hills." in mail.body


def test_a_note_that_is_not_there_is_not_sent(app: Flask, note: Note) -> None:
    assert "There is no note 0." in send(app, 0, "ada@example.com")
    assert not outbox()


def test_what_is_no_address_is_refused(app: Flask, note: Note) -> None:
    assert '"ada" is no mail address' in send(app, note.id, "ada")
    assert not outbox()


def test_a_title_with_a_line_break_adds_no_header(app: Flask, note: Note) -> None:
    note.title = "Tea\nBcc: eve@example.com"
    db.session.commit()
    send(app, note.id, "ada@example.com")
    assert not any("eve" in mail.message().as_string().partition("\n\n")[0] for mail in outbox())
