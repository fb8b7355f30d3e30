"""What clients send: messages, and signs that somebody is there, writes or has read."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Range

from flask_modular import access, db, may
from modules.live.services import on

from .models import Room
from .services import change, mark_read, must_be_me, own, post, remove, represent, typing

ID = Range(1, 2**31 - 1)


def may_join(room: str) -> bool:
    """Tell whether there is such a room: whoever may read may listen."""
    if not room.isdecimal() or len(room) > 9 or not may(access("chat.read")):
        return False
    return db.session.get(Room, int(room)) is not None


def check_text(text: str) -> None:
    """Refuse texts that are empty or too long."""
    if not text.strip() or len(text) > current_app.config["CHAT_LONGEST_MESSAGE"]:
        raise ValidationError("A message is not empty, and not that long.")


class PostSchema(Schema):
    room_id = fields.Integer(required=True, strict=True, validate=ID)
    text = fields.String(required=True, validate=check_text)


class EditSchema(Schema):
    message_id = fields.Integer(required=True, strict=True, validate=ID)
    text = fields.String(required=True, validate=check_text)


class MessageSchema(Schema):
    message_id = fields.Integer(required=True, strict=True, validate=ID)


class RoomSchema(Schema):
    room_id = fields.Integer(required=True, strict=True, validate=ID)


class ReadSchema(RoomSchema):
    message_id = fields.Integer(required=True, strict=True, validate=ID)


@on("chat.post", PostSchema)
@access("chat.write")
def post_message(values: dict[str, Any]) -> dict[str, Any]:
    """Post a message."""
    return represent(post(must_be_me(), values["room_id"], values["text"]))


@on("chat.edit", EditSchema)
@access("chat.write")
def edit_message(values: dict[str, Any]) -> dict[str, Any]:
    """Change a message of one's own."""
    return represent(change(own(values["message_id"]), values["text"]))


@on("chat.delete", MessageSchema)
@access("chat.write")
def delete_message(values: dict[str, Any]) -> None:
    """Delete a message of one's own."""
    remove(own(values["message_id"]))


@on("chat.typing", RoomSchema)
@access("chat.write")
def tell_typing(values: dict[str, Any]) -> None:
    """Tell a room that one is writing there."""
    if not may_join(str(values["room_id"])):
        abort(404)
    typing(values["room_id"])


@on("chat.read", ReadSchema)
@access("chat.write")
def note_reading(values: dict[str, Any]) -> None:
    """Note how far one has read."""
    person = must_be_me()
    if db.session.get(Room, values["room_id"]) is None:
        abort(404)
    mark_read(person, values["room_id"], values["message_id"])


@on("chat.ping")
@access("chat.write")
def ping() -> None:
    """Give a sign of life."""
    must_be_me()
