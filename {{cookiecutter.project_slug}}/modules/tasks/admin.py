"""Jobs for administrators: how they fare, and nothing to change about it."""

from flask_modular import lazy_gettext
from modules.admin.services import ModelAdmin

from .models import Job
from .reading import STATE_LABELS


class JobAdmin(ModelAdmin):
    model = Job
    title = lazy_gettext("Jobs")
    # Each has its row, and workers write to it all the time.
    logged = can_create = can_edit = can_delete = False
    column_list = ("name", "state", "owner", "created_at", "finished_at", "error")
    column_details_list = (
        *("id", "name", "state", "owner", "arguments", "result", "error", "progress"),
        *("progress_text", "attempts", "created_at", "started_at", "finished_at", "due_at"),
        *("worker", "request_id"),
    )
    column_default_sort = ("created_at", True)
    column_searchable_list = ("name", "owner", "error", "request_id")
    column_filters = ("state", "name", "owner", "created_at")
    column_choices = {"state": tuple(STATE_LABELS.items())}
