from __future__ import annotations

from typing import Any

from flask_modular import db
from modules.chat.models import Message, Room
from modules.chat.seeds import lobby


def test_there_is_a_room_to_begin_with_and_no_second_one(db_session: Any) -> None:
    lobby()
    lobby()
    assert [room.name for room in db.session.query(Room)] == ["Lobby"]


def test_somebody_who_is_away_says_hello_there(db_session: Any) -> None:
    lobby()
    messages = db.session.query(Message).order_by(Message.id).all()
    assert "Welcome!" in messages[0].html
    assert "<strong>bold</strong>" in messages[1].html
    assert {message.person.online for message in messages} == {False}
