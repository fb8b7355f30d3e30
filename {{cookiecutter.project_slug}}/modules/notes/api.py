"""Notes for other programs."""

from importlib.util import find_spec
from typing import Any

from flask.views import MethodView
from sqlalchemy import Select, select

from flask_modular import access, has
from modules.api.services import Blueprint, find, remove, store

from .models import Note
from .schemas import ArchivedSchema, ArchiveSchema, NoteSchema
from .services import archive_old

blueprint = Blueprint("notes_api", __name__)


@blueprint.route("", endpoint="notes")
class Notes(MethodView):
    @access("notes.read")
    @blueprint.lists(
        NoteSchema, sort=("title", "created_at", "updated_at"), search=("title", "body")
    )
    def get(self) -> Select[Note]:
        """List notes."""
        return select(Note)

    @access("notes.write")
    @blueprint.arguments(NoteSchema)
    @blueprint.creates(NoteSchema, ".note", note_id="id")
    def post(self, values: dict[str, Any]) -> Note:
        """Write a note."""
        return store(Note(**values))


@blueprint.route("/<id:note_id>", endpoint="note")
class OneNote(MethodView):
    @access("notes.read")
    @blueprint.shows(NoteSchema)
    def get(self, note_id: int) -> Note:
        """Show a note."""
        return find(Note, note_id, NoteSchema)

    @access("notes.write")
    @blueprint.arguments(NoteSchema)
    @blueprint.changes(NoteSchema)
    def put(self, values: dict[str, Any], note_id: int) -> Note:
        """Replace a note."""
        return store(find(Note, note_id, NoteSchema), values)

    @access("notes.write")
    @blueprint.arguments(NoteSchema(partial=True))
    @blueprint.changes(NoteSchema)
    def patch(self, values: dict[str, Any], note_id: int) -> Note:
        """Change some fields of a note."""
        return store(find(Note, note_id, NoteSchema), values)

    @access("notes.write")
    @blueprint.deletes()
    def delete(self, note_id: int) -> None:
        """Delete a note."""
        remove(find(Note, note_id, NoteSchema))


# A project that was made without the module `tasks` has no tasks.py, and may get the module later.
if has("tasks") and find_spec(".tasks", __package__):
    from modules.tasks.services import Job, accepted

    from .tasks import archive as archive_job

    @blueprint.post("/archive")
    @access("notes.write")
    @blueprint.arguments(ArchiveSchema)
    @accepted
    def archive(values: dict[str, Any]) -> Job:
        """Archive old notes in the background."""
        return archive_job.enqueue(**values)

else:

    @blueprint.post("/archive")
    @access("notes.write")
    @blueprint.arguments(ArchiveSchema)
    @blueprint.response(200, ArchivedSchema)
    def archive(values: dict[str, Any]) -> dict[str, int]:
        """Archive old notes."""
        return {"archived": archive_old(**values)}
