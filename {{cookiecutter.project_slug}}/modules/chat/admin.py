"""The chat for administrators: rooms, whoever is in them, and away with messages."""

from __future__ import annotations

from typing import Any

from wtforms.validators import Regexp

from flask_modular import lazy_gettext
from modules.admin.services import ModelAdmin

from .models import NICKNAME, NO_NICKNAME, Message, Person, Room, now
from .people import shown
from .pushing import tell
from .services import remove, tell_room

LABELS = {
    "created_at": lazy_gettext("Written"),
    "edited_at": lazy_gettext("Changed"),
    "identity": lazy_gettext("Account"),
    "name": lazy_gettext("Name"),
    "nickname": lazy_gettext("Nickname"),
    "online": lazy_gettext("Here now"),
    "person": lazy_gettext("Person"),
    "room": lazy_gettext("Room"),
    "seen_at": lazy_gettext("Last seen"),
    "source": lazy_gettext("Message"),
    "topic": lazy_gettext("Topic"),
}


class RoomAdmin(ModelAdmin):
    model = Room
    title = lazy_gettext("Rooms")
    column_labels = {**LABELS, "created_at": lazy_gettext("Opened")}
    column_list = ("name", "topic", "created_at")
    column_searchable_list = ("name", "topic")
    column_default_sort = "name"
    form_columns = ("name", "topic")

    def after_model_change(self, form: Any, room: Room, is_created: bool) -> None:
        tell_room(room)


class PersonAdmin(ModelAdmin):
    model = Person
    title = lazy_gettext("People")
    logged = False  # they come and go all the time
    can_create = False  # they do so themselves, by writing
    column_labels = {**LABELS, "created_at": lazy_gettext("Here since")}
    column_list = ("nickname", "online", "seen_at", "identity")
    column_details_list = (*column_list, "created_at")
    column_searchable_list = ("nickname", "identity")
    column_filters = ("online", "seen_at")
    column_default_sort = "nickname"
    form_columns = ("nickname",)
    form_args = {"nickname": {"validators": [Regexp(NICKNAME, message=NO_NICKNAME)]}}

    def on_model_change(self, form: Any, person: Person, is_created: bool) -> None:
        person.updated_at = now()

    def after_model_change(self, form: Any, person: Person, is_created: bool) -> None:
        tell("chat.person", shown(person))

    def delete_model(self, person: Person) -> bool:
        """Delete somebody with all that they wrote."""
        gone = {**shown(person), "online": False}
        deleted: bool = super().delete_model(person)
        if deleted:
            tell("chat.person", gone)
        return deleted


class MessageAdmin(ModelAdmin):
    model = Message
    title = lazy_gettext("Messages")
    logged = False  # of what people write there is no second copy
    can_create = can_edit = False  # nobody has words put into their mouth
    column_labels = LABELS
    column_list = ("room", "person", "source", "created_at")
    column_details_list = (*column_list, "edited_at")
    column_searchable_list = ("source", "person.nickname")
    column_filters = ("room", "created_at")
    column_default_sort = ("id", True)

    def delete_model(self, message: Message) -> bool:
        """Delete a message, for those who have it before them as well."""
        remove(message)
        return True
