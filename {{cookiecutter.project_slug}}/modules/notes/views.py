"""Notes for people: the list, one note, the form."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flask_modular import access, db
from flask_modular import gettext as _
from modules.site.services import page_number

from . import module
from .forms import NoteForm
from .models import Note
from .services import select_notes

# A larger number than an id can have is a page that is not there, and not an error.
NOTE = "<int(max=2147483647):note_id>"

module.menu("Notes", ".index", icon="journal-text")


@module.get("/")
@access("notes.read")
def index() -> str:
    q, sort = request.args.get("q", ""), request.args.get("sort", "")
    archived = request.args.get("archived") == "1"
    notes = db.paginate(
        select_notes(q, sort, archived=archived),
        page=page_number(),
        per_page=current_app.config["NOTES_PAGE_SIZE"],
    )
    return render_template("notes/index.html", notes=notes, q=q, archived=archived)


@module.get(f"/{NOTE}")
@access("notes.read")
def show(note_id: int) -> str:
    return render_template("notes/show.html", note=db.get_or_404(Note, note_id))


@module.route("/new", methods=["GET", "POST"])
@access("notes.write")
def create() -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate_on_submit():
        return render_template("notes/form.html", form=form, note=None)
    note = Note()
    form.populate_obj(note)
    db.session.add(note)
    return saved(note, _("The note was saved."))


@module.route(f"/{NOTE}/edit", methods=["GET", "POST"])
@access("notes.write")
def edit(note_id: int) -> ResponseReturnValue:
    note = db.get_or_404(Note, note_id)
    form = NoteForm(obj=note)
    if not form.validate_on_submit():
        return render_template("notes/form.html", form=form, note=note)
    form.populate_obj(note)
    return saved(note, _("The note was saved."))


@module.post(f"/{NOTE}/archive", endpoint="archive", defaults={"archived": True})
@module.post(f"/{NOTE}/restore", endpoint="restore", defaults={"archived": False})
@access("notes.write")
def move(note_id: int, archived: bool) -> ResponseReturnValue:
    note = db.get_or_404(Note, note_id)
    note.archived = archived
    return saved(
        note, _("It is in the archive.") if archived else _("It is among your notes again.")
    )


@module.route(f"/{NOTE}/delete", methods=["GET", "POST"])
@access("notes.write")
def delete(note_id: int) -> ResponseReturnValue:
    note = db.get_or_404(Note, note_id)
    if request.method == "GET":
        return render_template("notes/delete.html", note=note)
    db.session.delete(note)
    db.session.commit()
    flash(_("The note was deleted."), "success")
    return redirect(url_for(".index"))


def saved(note: Note, message: str) -> ResponseReturnValue:
    """Store a note, say so, and show it."""
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".show", note_id=note.id))
