from __future__ import annotations

from typing import Any

from flask_modular import db
from modules.chat.models import Room
from modules.chat.seeds import lobby


def test_there_is_a_room_to_begin_with_and_no_second_one(db_session: Any) -> None:
    lobby()
    lobby()
    assert [room.name for room in db.session.query(Room)] == ["Lobby"]
