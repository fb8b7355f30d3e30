"""The chat for other programs."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from flask import abort, request
from flask.views import MethodView
from sqlalchemy import Select, select

from flask_modular import access, has
from modules.api.services import Blueprint, find, store

from .models import Message, Person, Room, now
from .people import me, must_be_me, shown
from .pushing import tell
from .schemas import MessageSchema, PersonSchema, RoomSchema, StatisticsSchema
from .services import change, create_room, own, post, remove, statistics

blueprint = Blueprint("chat_api", __name__)


def in_background() -> Any:
    """Return what does it in the background, where a client prefers that and there are jobs."""
    prefers = "respond-async" in request.headers.get("Prefer", "")
    if prefers and has("tasks") and find_spec(".tasks", __package__):
        from . import tasks

        return tasks
    return None


@blueprint.before_request
def show_up() -> None:
    """Mark whoever calls as being here."""
    me()


@blueprint.route("/people", endpoint="people")
class People(MethodView):
    @access("chat.read")
    @blueprint.lists(PersonSchema, sort=("nickname", "updated_at"), search=("nickname",))
    def get(self) -> Select[Person]:
        """List people."""
        return select(Person)


@blueprint.route("/people/<id:person_id>", endpoint="person")
class OnePerson(MethodView):
    @access("chat.read")
    @blueprint.shows(PersonSchema)
    def get(self, person_id: int) -> Person:
        """Show a person."""
        return find(Person, person_id, PersonSchema)

    @access("chat.write")
    @blueprint.arguments(PersonSchema(partial=True))
    @blueprint.changes(PersonSchema)
    def patch(self, values: dict[str, Any], person_id: int) -> Person:
        """Change one's own nickname."""
        person = find(Person, person_id, PersonSchema)
        if person is not must_be_me():
            abort(403, "This is somebody else.")
        person = store(person, {**values, "updated_at": now()})
        tell("chat.person", shown(person))
        return person


@blueprint.route("/rooms", endpoint="rooms")
class Rooms(MethodView):
    @access("chat.read")
    @blueprint.lists(RoomSchema, sort=("name",), search=("name", "topic"))
    def get(self) -> Select[Room]:
        """List rooms."""
        return select(Room)

    @access("chat.write")
    @blueprint.arguments(RoomSchema)
    @blueprint.creates(RoomSchema, ".room", room_id="id")
    def post(self, values: dict[str, Any]) -> Room:
        """Open a room."""
        must_be_me()
        room = Room(**values)
        if not create_room(room):
            abort(409, "There is a room of this name.")
        return room


@blueprint.route("/rooms/<id:room_id>", endpoint="room")
class OneRoom(MethodView):
    @access("chat.read")
    @blueprint.shows(RoomSchema)
    def get(self, room_id: int) -> Room:
        """Show a room."""
        return find(Room, room_id, RoomSchema)


@blueprint.route("/rooms/<id:room_id>/messages", endpoint="messages")
class Messages(MethodView):
    @access("chat.read")
    @blueprint.lists(MessageSchema, sort=("updated_at",), search=("source",))
    def get(self, room_id: int) -> Select[Message]:
        """List the messages of a room."""
        find(Room, room_id, RoomSchema)
        return select(Message).where(Message.room_id == room_id)

    @access("chat.write")
    @blueprint.arguments(MessageSchema)
    @blueprint.creates(MessageSchema, ".message", message_id="id")
    def post(self, values: dict[str, Any], room_id: int) -> Message:
        """Post a message; previews of its links come later.

        With `Prefer: respond-async` the answer is 202, and says where the job's status is.
        """
        person = must_be_me()
        find(Room, room_id, RoomSchema)
        if later := in_background():
            abort(later.post(person.id, room_id, values["source"]))
        return post(person, room_id, values["source"])


@blueprint.route("/messages/<id:message_id>", endpoint="message")
class OneMessage(MethodView):
    @access("chat.read")
    @blueprint.shows(MessageSchema)
    def get(self, message_id: int) -> Message:
        """Show a message."""
        return find(Message, message_id, MessageSchema)

    @access("chat.write")
    @blueprint.arguments(MessageSchema)
    @blueprint.changes(MessageSchema)
    def patch(self, values: dict[str, Any], message_id: int) -> Message:
        """Change a message of one's own.

        With `Prefer: respond-async` the answer is 202, and says where the job's status is.
        """
        find(Message, message_id, MessageSchema)
        message = own(message_id)
        if later := in_background():
            abort(later.change(message_id, values["source"]))
        return change(message, values["source"])

    @access("chat.write")
    @blueprint.deletes()
    def delete(self, message_id: int) -> None:
        """Delete a message of one's own."""
        find(Message, message_id, MessageSchema)
        remove(own(message_id))


@blueprint.get("/statistics")
@access("chat.read")
@blueprint.response(200, StatisticsSchema)
def show_statistics() -> dict[str, Any]:
    """Show how busy it is."""
    return statistics()
