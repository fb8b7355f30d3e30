"""A page of a list: what the URL asks for."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask_sqlalchemy.pagination import Pagination

from flask_modular import gettext as _
from modules.site.services import page_number


class Rows(Pagination):
    """Some rows of a table: found, filtered, sorted, and one page of them."""

    @classmethod
    def asked_for(cls, view: Any) -> Rows:
        """Return the rows that the current URL asks for."""
        size = view.get_safe_page_size(request.args.get("size", 0, type=int))
        return cls(page=page_number(), per_page=size, max_per_page=size, view=view)

    def _query_items(self) -> list[Any]:
        view = self._query_args["view"]
        sort = request.args.get("sort", "")
        column = sort.removeprefix("-")
        self.found, rows = view.get_list(
            self.page - 1,
            column if column in view._sortable_columns else None,
            sort.startswith("-"),
            request.args.get("q", ""),
            wanted(view),
            page_size=self.per_page,
        )
        return list(rows)

    def _query_count(self) -> int:
        return int(self.found)


def wanted(view: Any) -> list[tuple[int, str, str]]:
    """Return the filters that the URL sets, as Flask-Admin has them: number, name, text."""
    found = []
    for number, one in enumerate(view._filters or ()):
        text = request.args.get(one.argument, "").replace("\0", "").strip()
        if not text:
            continue
        if not one.validate(text):
            abort(400, _("“%(text)s” is nothing to look for here.", text=text[:100]))
        found.append((number, str(one.name), text))
    return found
