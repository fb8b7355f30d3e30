"""What clients of the API send and get."""

from __future__ import annotations

from flask import current_app
from marshmallow import ValidationError
from marshmallow.validate import Length, Regexp

from modules.api.services import ModelSchema, Schema, fields

from .models import LONGEST_NAME, LONGEST_TOPIC, NICKNAME, Message, Person, Room

IS_NICKNAME = Regexp(NICKNAME, error="Write letters and digits.")


def check_text(text: str) -> None:
    """Refuse texts that are empty or too long."""
    if not text.strip() or len(text) > current_app.config["CHAT_LONGEST_MESSAGE"]:
        raise ValidationError("A message is not empty, and not that long.")


class PersonSchema(ModelSchema):
    nickname = fields.Text(required=True, validate=[Length(1, LONGEST_NAME), IS_NICKNAME])

    class Meta:
        model = Person
        fields = ("id", "nickname", "online", "seen_at", "created_at", "updated_at")
        dump_only = ("id", "online", "seen_at", "created_at", "updated_at")


class RoomSchema(ModelSchema):
    name = fields.Text(required=True, validate=Length(1, LONGEST_NAME))
    topic = fields.Text(validate=Length(max=LONGEST_TOPIC))

    class Meta:
        model = Room
        fields = ("id", "name", "topic", "created_at")
        dump_only = ("id", "created_at")


class MessageSchema(ModelSchema):
    source = fields.Text(required=True, validate=check_text)

    class Meta:
        model = Message
        fields = (
            *("id", "room_id", "person_id", "source", "html", "previews"),
            *("created_at", "edited_at", "updated_at"),
        )
        dump_only = tuple(name for name in fields if name != "source")


class StatisticsSchema(Schema):
    online = fields.Integer(required=True, metadata={"description": "How many people are here."})
    messages_per_second = fields.Float(
        required=True, metadata={"description": "Over the last minute, in all processes."}
    )
