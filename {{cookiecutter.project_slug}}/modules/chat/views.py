"""The chat for people; it works without scripts, and is live with them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flask_modular import access, db
from flask_modular import gettext as _

from . import module
from .forms import MessageForm, NicknameForm, RoomForm
from .models import Message, Room
from .services import (
    change,
    create_room,
    history,
    mark_read,
    me,
    must_be_me,
    online,
    own,
    post,
    remove,
    rename,
    rooms,
    search,
)

# A larger number than an id can have is a page that is not there, and not an error.
ROOM = "<int(max=2147483647):room_id>"
MESSAGE = "messages/<int(max=2147483647):message_id>"

module.menu("Chat", ".index", icon="chat-dots")


@module.get("/")
@access("chat.read")
def index() -> ResponseReturnValue:
    """Show the rooms."""
    q = request.args.get("q", "")[:200]
    found, older, newer = search(q, **asked_for()) if q else ([], False, False)
    person = me()
    return render_template(
        "chat/index.html",
        person=person,
        rooms=rooms(person),
        q=q,
        found=found[::-1],  # the latest first
        older=older,
        newer=newer,
    )


@module.route("/new", methods=["GET", "POST"])
@access("chat.write")
def create() -> ResponseReturnValue:
    """Open a room."""
    must_be_me()
    form = RoomForm()
    if form.validate_on_submit():
        room = Room(name=form.name.data, topic=form.topic.data or "")
        if create_room(room):
            return redirect(url_for(".show", room_id=room.id))
        form.name.errors = [_("There is a room of this name.")]
    return render_template("chat/form.html", form=form, title=_("New room"))


@module.route("/nickname", methods=["GET", "POST"])
@access("chat.write")
def nickname() -> ResponseReturnValue:
    """Change one's own nickname; `?room=` is where that leads back to."""
    person, room_id = must_be_me(), request.args.get("room", 0, type=int)
    back = url_for(".show", room_id=room_id) if room_id > 0 else url_for(".index")
    form = NicknameForm(obj=person)
    if form.validate_on_submit():
        if rename(person, form.nickname.data or ""):
            flash(_("Your nickname was changed."), "success")
            return redirect(back)
        form.nickname.errors = [_("Somebody else has this nickname.")]
    return render_template("chat/form.html", form=form, title=_("Change nickname"), back=back)


@module.get(f"/{ROOM}")
@access("chat.read")
def show(room_id: int) -> ResponseReturnValue:
    """Show a room."""
    return page_of(db.get_or_404(Room, room_id), MessageForm())


@module.post(f"/{ROOM}", endpoint="post")
@access("chat.write")
def post_message(room_id: int) -> ResponseReturnValue:
    """Post a message, where no script does it."""
    form = MessageForm()
    if not form.validate_on_submit():
        return page_of(db.get_or_404(Room, room_id), form)
    message = post(must_be_me(), room_id, form.text.data or "")
    return redirect(url_for(".show", room_id=room_id, _anchor=f"message-{message.id}"))


def page_of(room: Room, form: MessageForm) -> str:
    """Return the page of a room; whoever sees its end has read it."""
    messages, older, newer = history(room, **asked_for())
    person = me()
    if person and messages and not newer:
        mark_read(person, room.id, messages[-1].id)
    return render_template(
        "chat/room.html",
        room=room,
        messages=messages,
        older=older,
        newer=newer,
        form=form,
        person=person,
        people=online(),
        rooms=rooms(person),
    )


def asked_for() -> dict[str, int | None]:
    """Return which messages a page is asked to begin or end at."""
    asked = {name: request.args.get(name, type=int) for name in ("before", "after")}
    if any(number is not None and not 0 <= number < 2**31 for number in asked.values()):
        abort(404)
    return asked


@module.route(f"/{MESSAGE}/edit", methods=["GET", "POST"])
@access("chat.write")
def edit(message_id: int) -> ResponseReturnValue:
    """Change a message of one's own."""
    message = own(message_id)
    form = MessageForm(data={"text": message.source})
    if not form.validate_on_submit():
        return render_template("chat/form.html", form=form, title=_("Edit message"))
    change(message, form.text.data or "")
    return back_to(message)


@module.route(f"/{MESSAGE}/delete", methods=["GET", "POST"])
@access("chat.write")
def delete(message_id: int) -> ResponseReturnValue:
    """Delete a message of one's own."""
    message = own(message_id)
    if request.method == "GET":
        return render_template("chat/delete.html", message=message)
    room_id = message.room_id
    remove(message)
    flash(_("The message was deleted."), "success")
    return redirect(url_for(".show", room_id=room_id))


@module.get(f"/{MESSAGE}")
@access("chat.read")
def find(message_id: int) -> ResponseReturnValue:
    """Lead to a message in its room."""
    return back_to(db.get_or_404(Message, message_id))


def back_to(message: Message) -> ResponseReturnValue:
    """Lead to a message, with those after it."""
    anchor = f"message-{message.id}"
    return redirect(url_for(".show", room_id=message.room_id, after=message.id - 1, _anchor=anchor))
