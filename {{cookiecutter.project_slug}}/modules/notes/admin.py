"""Notes for administrators: those of everybody, the archive among them."""

from modules.admin.services import ModelAdmin

from .models import Note


class NoteAdmin(ModelAdmin):
    model = Note
    column_list = ("title", "author", "archived", "updated_at")
    column_details_list = ("title", "body", "archived", "author", "created_at", "updated_at")
    column_searchable_list = ("title", "body")
    column_filters = ("archived", "author", "updated_at")
    column_default_sort = ("updated_at", True)
    form_columns = ("title", "body", "archived")
    unlogged = ("updated_at",)
