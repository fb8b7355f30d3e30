"""What clients ask of `live` itself: to get what is pushed to a room."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app
from marshmallow import Schema, fields
from marshmallow.validate import Length

from flask_modular import access

from .hub import hub_of
from .services import join, leave, on


class RoomSchema(Schema):
    room = fields.String(required=True, validate=Length(1, 200))


# Anyone may ask; the module whose room it is says yes or no.
@on("live.join", RoomSchema)
@access.public
def join_room(values: dict[str, Any]) -> None:
    """Join a room, such as `chat:5`."""
    if not hub_of(current_app).may(values["room"]):
        abort(403, f'You may not join "{values["room"]}".')
    join(values["room"])


@on("live.leave", RoomSchema)
@access.public
def leave_room(values: dict[str, Any]) -> None:
    """Leave a room."""
    leave(values["room"])
