"""Pages of this module's own: the log of changes, and the modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask.typing import ResponseReturnValue

from flask_modular import db, lazy_gettext
from modules.accounts.services import User

from .filters import Filter
from .models import CHANGED, CREATED, DELETED, Change
from .services import AdminPage, ModelAdmin, expose

ACTIONS = (
    (CREATED, lazy_gettext("Created")),
    (CHANGED, lazy_gettext("Changed")),
    (DELETED, lazy_gettext("Deleted")),
)


def somebody(_: Any, __: Any, row: Change, ___: str) -> str:
    """Name who made a change, by the address if there still is one; else what command it was."""
    kind, _separator, number = row.who.partition(":")
    user = db.session.get(User, int(number)) if kind == "user" and number.isdecimal() else None
    return f"{user.email} ({row.who})" if user else row.who or row.source


def changed(_: Any, __: Any, row: Change, ___: str) -> str:
    """List what has changed: each field before and after, or what it was in a row that is new."""
    lines = (
        f"{name}: " + " → ".join(str("—" if one is None else one) for one in pair)
        if row.action == CHANGED and row.key and pair[0] != pair[1]
        else f"{name}: {pair[row.action != DELETED]}"
        for name, pair in row.fields.items()
    )
    return "\n".join(lines)


class ChangeAdmin(ModelAdmin):
    model = Change
    title = lazy_gettext("Changes")
    logged = can_create = can_edit = can_delete = False
    column_list = ("at", "who", "action", "model", "label", "fields")
    column_details_list = (*column_list[:-1], "key", "fields", "source", "request_id")
    column_labels = {
        "at": lazy_gettext("When"),
        "who": lazy_gettext("Who"),
        "label": lazy_gettext("Which"),
        "source": lazy_gettext("Where"),
        "request_id": lazy_gettext("Request"),
    }
    column_formatters = {"who": somebody, "fields": changed}
    column_default_sort = ("at", True)
    column_searchable_list = ("who", "label", "key", "model", "request_id")
    column_filters = ("action", "model", "key", "who", "at")
    column_choices = {"action": ACTIONS}

    def scaffold_filters(self, name: str) -> list[Filter]:
        if name in ("model", "key"):  # whole ones: the pages of rows lead here
            return [Filter(getattr(Change, name), self.get_column_name(name), name)]
        return super().scaffold_filters(name)


class ModulesPage(AdminPage):
    title = lazy_gettext("Modules")

    def texts(self) -> Iterator[str]:
        from flask_modular.tools import listing

        yield from (*super().texts(), *listing.MODULES)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        # Late: they are tools of the command line, and few pages need them.
        from flask_modular.tools import listing
        from flask_modular.tools.survey import survey

        project = survey()
        rows = [listing.row(project, found) for found in project.modules.values()]
        return self.render(
            "admin/modules.html",
            header=listing.MODULES,
            rows=rows,
            complaints=listing.complaints(project),
        )
