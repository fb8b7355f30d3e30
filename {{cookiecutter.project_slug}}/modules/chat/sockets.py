"""What clients send: messages, and signs that somebody is there, writes or has read."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app
from marshmallow import Schema, fields
from marshmallow.validate import Range

from flask_modular import access, db, may
from modules.live.services import current_sid, on

from .checks import check_message
from .models import Message, Room
from .people import stay
from .pushing import ALL
from .services import change, mark_read, must_be_me, own, post, remove, represent, typing

ID = Range(1, 2**31 - 1)


def may_join(room: str) -> bool:
    """Tell whether there is such a room: whoever may read may listen."""
    if not may(access("chat.read")):
        return False
    return room == ALL or is_room(room)


def is_room(text: str) -> bool:
    """Tell whether a text is the id of a room."""
    if not text.isdecimal() or len(text) > 9:
        return False
    return db.session.get(Room, int(text)) is not None


class PostSchema(Schema):
    room_id = fields.Integer(required=True, strict=True, validate=ID)
    text = fields.String(required=True, validate=check_message)


class EditSchema(Schema):
    message_id = fields.Integer(required=True, strict=True, validate=ID)
    text = fields.String(required=True, validate=check_message)


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


@on("chat.time", MessageSchema)
@access("chat.read")
def tell_time(values: dict[str, Any]) -> str:
    """Return when a message was written, as pages show it to whoever asks."""
    message = db.session.get(Message, values["message_id"]) or abort(404)
    in_words = current_app.jinja_env.filters.get("localized", str)
    return str(in_words(message.created_at))


@on("chat.typing", RoomSchema)
@access("chat.write")
def tell_typing(values: dict[str, Any]) -> None:
    """Tell a room that one is writing there."""
    if not may(access("chat.read")) or not is_room(str(values["room_id"])):
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
    """Say that one is here; a client does so when it connects, and every half minute."""
    stay(current_sid())
