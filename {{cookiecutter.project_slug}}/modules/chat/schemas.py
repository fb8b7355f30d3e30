"""What clients of the API send and get."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from marshmallow import ValidationError
from marshmallow.fields import Dict, String
from marshmallow.validate import Length, Regexp

from modules.api.services import ModelSchema, Schema, fields

from .models import LONGEST_NAME, LONGEST_TOPIC, NICKNAME, Message, Person, Room

IS_NICKNAME = Regexp(NICKNAME, error="Write letters and digits.")


def check_text(text: str) -> None:
    """Refuse texts that are empty or too long."""
    if not text.strip() or len(text) > current_app.config["CHAT_LONGEST_MESSAGE"]:
        raise ValidationError("A message is not empty, and not that long.")


class Links(Dict):
    """Where to find what belongs to a row.

    :param ways: by name, the endpoint with the argument that it takes and whose value that is.
    """

    _CHECK_ATTRIBUTE = False

    def __init__(self, /, **ways: tuple[str, str, str]) -> None:
        self.ways = ways
        example = dict.fromkeys(ways, "/api/chat/rooms/1")
        values = String(metadata={"format": "uri-reference"})
        super().__init__(String(), values, dump_only=True, metadata={"example": example})

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> dict[str, str]:
        return {
            name: url_for(endpoint, **{argument: getattr(obj, key)})
            for name, (endpoint, argument, key) in self.ways.items()
        }


class PersonSchema(ModelSchema):
    nickname = fields.Text(required=True, validate=[Length(1, LONGEST_NAME), IS_NICKNAME])

    links = Links(self=(".person", "person_id", "id"))

    class Meta:
        model = Person
        fields = ("id", "nickname", "online", "seen_at", "created_at", "updated_at", "links")
        dump_only = ("id", "online", "seen_at", "created_at", "updated_at")


class RoomSchema(ModelSchema):
    name = fields.Text(required=True, validate=Length(1, LONGEST_NAME))
    topic = fields.Text(validate=Length(max=LONGEST_TOPIC))

    links = Links(self=(".room", "room_id", "id"), messages=(".messages", "room_id", "id"))

    class Meta:
        model = Room
        fields = ("id", "name", "topic", "created_at", "links")
        dump_only = ("id", "created_at")


class MessageSchema(ModelSchema):
    source = fields.Text(required=True, validate=check_text)

    links = Links(
        self=(".message", "message_id", "id"),
        room=(".room", "room_id", "room_id"),
        person=(".person", "person_id", "person_id"),
    )

    class Meta:
        model = Message
        fields = (
            *("id", "room_id", "person_id", "source", "html", "previews"),
            *("created_at", "edited_at", "updated_at", "links"),
        )
        dump_only = tuple(name for name in fields if name != "source")


class StatisticsSchema(Schema):
    online = fields.Integer(required=True, metadata={"description": "How many people are here."})
    messages_per_second = fields.Float(
        required=True, metadata={"description": "Over the last minute, in all processes."}
    )
