"""`ModelAdmin`: the pages of one table, on Flask-Admin's model views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_admin.contrib.sqla import ModelView
from flask_admin.tools import iterdecode
from sqlalchemy import JSON, String, cast, inspect, or_
from sqlalchemy.exc import DataError, IntegrityError
from wtforms import ValidationError

from flask_modular import Model, ModularError, db, lazy_gettext, ngettext
from flask_modular import gettext as _

from .changes import model_name
from .fields import AdminForm, Converter
from .filters import Filter, filters_for
from .listing import Rows
from .models import Change
from .pages import Page, current_pages, link
from .secrets import is_secret

REFUSED = lazy_gettext(
    "The database refuses this: another entry has the same value, or refers to this one."
)
# What `ui.value` shows in its own way.
PLAIN = (str, int, float, Decimal, dt.date, dt.time, dict, list)


class ModelAdmin(Page, ModelView):
    """The pages of one table: a list, and each row's details, form and deletion.

    What Flask-Admin's `ModelView` knows can be said here, such as `column_list`,
    `column_searchable_list`, `column_filters`, `form_columns`, `can_delete`.

    :cvar model: the model.
    :cvar logged: whether changes to it are written down.
    :cvar unlogged: its fields whose changes are not worth an entry.
    """

    model: ClassVar[type[Model]]
    logged: bool = True
    unlogged: Sequence[str] = ()

    can_view_details = True
    can_set_page_size = True
    column_type_formatters: ClassVar[dict[type, Any]] = {list: lambda _, found, __: joined(found)}
    form_base_class = AdminForm
    model_form_converter = Converter
    named_filter_urls = True
    # What only scripts would ask for.
    ajax_lookup = ajax_update = export = None

    def __init__(self, owner: str) -> None:
        if getattr(type(self), "model", None) is None:
            raise ModularError(
                f'"{type(self).__name__}" in the admin.py of "{owner}" names no model; '
                f"write `model = …`."
            )
        super().__init__(self.model, db, **self.placed(owner))
        allowed = {
            "create_view": self.can_create,
            "edit_view": self.can_edit,
            "delete_view": self.can_delete,
            "action_view": bool(self.get_actions_list()[0]),
        }
        self._urls = [one for one in self._urls if allowed.get(one[1], True)]

    def placed(self, owner: str) -> dict[str, str]:
        found = super().placed(owner)
        if not self.title:
            from flask_modular.tools.specs import pluralize

            found["name"] = pluralize(str(found["name"]))
        return found

    # What Flask-Admin asks for

    def get_column_name(self, field: str) -> str:
        known: dict[str, str] = self.column_labels or {}
        return known.get(field) or lazy_gettext(
            field.replace("_", " ").replace(".", " ").capitalize()
        )

    def scaffold_list_columns(self) -> list[str]:
        return [name for name in super().scaffold_list_columns() if not is_secret(name)]

    def get_edit_form(self) -> Any:
        form = super().get_edit_form()
        for name in [one for one in vars(form) if is_secret(one)]:
            if name not in (self.form_columns or ()):
                delattr(form, name)  # it may have to be entered, but is not shown again
        return form

    def scaffold_sortable_columns(self) -> dict[str, Any]:
        found = super().scaffold_sortable_columns().items()
        # Databases know no order of JSON, and that of secrets tells about them.
        sorts = {name: one for name, one in found if not isinstance(one.type, JSON)}
        return {name: one for name, one in sorts.items() if not is_secret(name)}

    def scaffold_filters(self, name: str) -> list[Filter]:
        return filters_for(self, name)

    def get_filter_arg(self, index: int, filter: Filter) -> str:
        return filter.argument

    def _apply_search(self, query: Any, count_query: Any, joins: Any, more: Any, text: str) -> Any:
        for word in text.replace("\0", "").split():  # PostgreSQL takes none
            names = self.column_searchable_list or ()
            found = or_(*(contains(self.model, name, word) for name in names))
            query, count_query = query.filter(found), count_query.filter(found)
        return query, count_query, joins, more

    def _apply_sorting(self, query: Any, joins: Any, column: Any, descending: bool) -> Any:
        query, joins = super()._apply_sorting(query, joins, column, descending)
        # Without a last word the database may show a row on two pages, and another on none.
        newest = [key.desc() for key in inspect(self.model).primary_key]
        return query.order_by(*newest), joins

    def get_one(self, text: str) -> Any:
        """Return the row whose key a text is, or None."""
        columns = inspect(self.model).primary_key
        try:
            parts = zip(columns, iterdecode(text.replace("\0", "")), strict=True)
            key = [column.type.python_type(part) for column, part in parts]
        except ValueError:
            return None
        too_large = any(isinstance(part, int) and abs(part) >= 2**63 for part in key)
        return None if too_large else db.session.get(self.model, key)

    def handle_view_exception(self, error: Exception) -> bool:
        if isinstance(error, ValidationError | ModularError):
            flash(str(getattr(error, "message", error)), "error")
        elif isinstance(error, IntegrityError | DataError):
            flash(str(REFUSED), "error")
        else:
            raise error
        return True

    # Pages

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
            one, several = "%(number)s entry was deleted.", "%(number)s entries were deleted."
            flash(ngettext(one, several, count), "success")

    # What pages are made with

    def shown(self, row: Any, name: str) -> Any:
        """Return what a page shows of a row: a text, a number, a date, or what JSON knows."""
        formats = self.column_formatters, self.column_type_formatters
        value = self._get_list_value(None, row, name, *formats)
        return value if value is None or isinstance(value, PLAIN) else str(value)

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


def joined(found: list[Any]) -> Any:
    """Return a list as people write it, unless it holds more than rows or texts."""
    return (
        found if any(isinstance(one, dict | list) for one in found) else ", ".join(map(str, found))
    )


def contains(model: Any, name: str, text: str) -> Any:
    """Look for a text in a column, whatever its case; `user.email` is one of another table."""
    first, _, rest = name.partition(".")
    attribute = getattr(model, first)
    if rest:
        return attribute.has(contains(attribute.property.mapper.class_, rest, text))
    return cast(attribute, String).icontains(text, autoescape=True)
