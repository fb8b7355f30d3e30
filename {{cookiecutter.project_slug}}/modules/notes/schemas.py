"""What clients send and get."""

from marshmallow.validate import Range

from modules.api.services import ModelSchema, Schema, fields

from .models import Note
from .services import MOST_DAYS


class NoteSchema(ModelSchema):
    class Meta:
        model = Note
        fields = ("id", "title", "body", "archived", "author", "created_at", "updated_at")
        dump_only = ("id", "author", "created_at", "updated_at")


class ArchiveSchema(Schema):
    days = fields.Integer(
        load_default=None,
        validate=Range(0, MOST_DAYS),
        metadata={"description": "How long nobody has changed them; a setting says, if absent."},
    )


class ArchivedSchema(Schema):
    archived = fields.Integer(required=True, metadata={"description": "How many notes."})
