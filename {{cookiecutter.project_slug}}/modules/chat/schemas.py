"""What clients of the API send and get."""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow.fields import Function
from marshmallow.validate import Length, Regexp

from modules.api.services import ModelSchema, Schema, fields

from .checks import check_message
from .models import LONGEST_NAME, LONGEST_TOPIC, NICKNAME, NO_NICKNAME, Message, Person, Room

IS_NICKNAME = Regexp(NICKNAME, error=NO_NICKNAME)


def links(**ways: tuple[str, str, str]) -> Function:
    """Return a field that says where to find what belongs to a row.

    :param ways: by name, the endpoint with the argument that it takes and whose value that is.
    """

    def urls(row: Any) -> dict[str, str]:
        return {
            name: url_for(endpoint, **{argument: getattr(row, key)})
            for name, (endpoint, argument, key) in ways.items()
        }

    reference = {"type": "string", "format": "uri-reference"}
    return Function(
        urls,
        metadata={
            "type": "object",
            "properties": dict.fromkeys(ways, reference),
            "required": list(ways),
        },
    )


class PersonSchema(ModelSchema):
    nickname = fields.Text(required=True, validate=[Length(1, LONGEST_NAME), IS_NICKNAME])

    links = links(self=(".person", "person_id", "id"))

    class Meta:
        model = Person
        fields = ("id", "nickname", "online", "seen_at", "created_at", "updated_at", "links")
        dump_only = ("id", "online", "seen_at", "created_at", "updated_at")


class RoomSchema(ModelSchema):
    name = fields.Text(required=True, validate=Length(1, LONGEST_NAME))
    topic = fields.Text(validate=Length(max=LONGEST_TOPIC))

    links = links(self=(".room", "room_id", "id"), messages=(".messages", "room_id", "id"))

    class Meta:
        model = Room
        fields = ("id", "name", "topic", "created_at", "links")
        dump_only = ("id", "created_at")


class MessageSchema(ModelSchema):
    source = fields.Text(required=True, validate=check_message)

    links = links(
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
