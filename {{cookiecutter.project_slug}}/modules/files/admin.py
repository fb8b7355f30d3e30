"""Files for administrators: what there is, whose, and away with it."""

from modules.admin.services import ModelAdmin

from .models import File


class FileAdmin(ModelAdmin):
    model = File
    can_create = can_edit = False  # a file is uploaded, and never changes
    column_list = ("name", "media_type", "size", "owner", "purpose", "private", "created_at")
    column_details_list = ("id", *column_list, "digest")
    column_searchable_list = ("name", "owner", "digest")
    column_filters = ("media_type", "owner", "purpose", "private", "created_at")
    column_default_sort = ("created_at", True)
