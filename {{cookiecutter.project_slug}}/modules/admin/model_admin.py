"""`ModelAdmin`: the pages of one table."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action

from flask_modular import gettext as _
from flask_modular import lazy_gettext, ngettext

from .changes import model_name
from .listing import Rows
from .models import Change
from .pages import current_pages, link
from .table import Table


class ModelAdmin(Table):
    """The pages of one table: a list, and each row's details, form and deletion.

    What Flask-Admin's `ModelView` knows can be said here, such as `column_list`,
    `column_searchable_list`, `column_filters`, `form_columns`, `can_delete`.

    :cvar model: the model.
    :cvar logged: whether changes to it are written down.
    :cvar unlogged: its fields whose changes are not worth an entry.
    :cvar personal: whether rows are people: of what is deleted then, the log keeps nothing.
    """

    # What only scripts would ask for.
    ajax_lookup = ajax_update = export = None

    def __init__(self, owner: str) -> None:
        super().__init__(owner)
        allowed = {
            "create_view": self.can_create,
            "edit_view": self.can_edit,
            "delete_view": self.can_delete,
            "action_view": bool(self.get_actions_list()[0]),
        }
        self._urls = [one for one in self._urls if allowed.get(one[1], True)]

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        return self.render("admin/list.html", rows=Rows.asked_for(self))

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        form = self.create_form()
        if self.validate_form(form) and (row := self.create_model(form)):
            flash(_("It was created."), "success")
            return redirect(self.link("details_view", row))
        return self.render("admin/form.html", form=form, row=None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> ResponseReturnValue:
        row = self.asked_for()
        form = self.edit_form(obj=row)
        if self.validate_form(form) and self.update_model(form, row):
            flash(_("It was saved."), "success")
            return redirect(self.link("details_view", row))
        return self.render("admin/form.html", form=form, row=row)

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        return self.render("admin/details.html", row=self.asked_for())

    @expose("/delete/", methods=("GET", "POST"))
    def delete_view(self) -> ResponseReturnValue:
        row = self.asked_for()
        if request.method == "GET":
            return self.render("admin/delete.html", row=row)
        if not self.delete_model(row):
            return redirect(self.link("details_view", row))
        flash(_("It was deleted."), "success")
        return redirect(link(self))

    @expose("/action/", methods=("POST",))
    def action_view(self) -> ResponseReturnValue:
        name, keys = request.form.get("action", ""), request.form.getlist("rowid")
        if name not in self._actions_data or not self.is_action_allowed(name):
            abort(400, _("There is no such action."))
        function, label, question = self._actions_data[name]
        rows = [row for key in dict.fromkeys(keys) if (row := self.get_one(key)) is not None]
        if not rows:
            flash(_("Nothing was chosen."), "warning")
        elif question and "confirmed" not in request.form:
            values = {"rows": rows, "name": name, "label": label, "text": question}
            return self.render("admin/action.html", **values)
        else:
            answer: ResponseReturnValue | None = function(keys)
            if answer is not None:
                return answer
        return redirect(self.list_url())

    @action("delete", lazy_gettext("Delete"), lazy_gettext("This cannot be undone."))
    def action_delete(self, keys: list[str]) -> None:
        rows = [row for key in keys if (row := self.get_one(key)) is not None]
        count = sum(self.delete_model(row) for row in rows)
        if count:
            flash(
                ngettext(
                    "%(number)s entry was deleted.", "%(number)s entries were deleted.", count
                ),
                "success",
            )

    def asked_for(self) -> Any:
        """Return the row that the URL names."""
        row = self.get_one(request.args.get("id", ""))
        return row if row is not None else abort(404)

    def link(self, name: str, row: Any) -> str:
        """Return the URL of a page of a row."""
        return link(self, name, id=self.get_pk_value(row))

    def log_url(self, row: Any) -> str:
        """Return the page of what was changed about a row."""
        log = current_pages().of(Change)
        key = str(self.get_pk_value(row))[:200]
        return link(log, filter_model=model_name(self), filter_key=key)

    def list_url(self) -> str:
        """Return the list as it was left: its own URL, and no other that a request names."""
        index, given = link(self), request.form.get("url", "")
        return given if given.startswith(f"{index}?") else index
