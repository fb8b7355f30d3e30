"""The pages of one application, and what all of them have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from flask import Flask, current_app, render_template, url_for
from flask_admin import Admin, BaseView
from flask_admin.theme import Theme

from flask_modular import (
    Part,
    Permission,
    access,
    current_registry,
    gettext,
    lazy_gettext,
    may,
)
from flask_modular.texts import LazyText

from . import module

EXTENSION = "admin_pages"
# Whoever has it may do here whatever can be done here, and so give themselves everything else.
ACCESS = access("admin.access")


def words(name: str) -> list[str]:
    """Return the words of a class name in lower case, without what says that it is a page."""
    return re.sub(r"(Admin|Page)$|(?<=[a-z0-9])(?=[A-Z])", " ", name).lower().split()


class Page:
    """What every page has: its place, its title, who may see it.

    :cvar title: its name for people, as menus show it.
    :cvar permission: what it asks for.
    """

    title: str = ""
    permission: Permission = ACCESS
    name: str
    _urls: list[Any]

    def placed(self, owner: str) -> dict[str, str]:
        """Return what Flask-Admin has to know of the page's place.

        :param owner: the name of the module that brings it.
        """
        own = words(type(self).__name__)
        path = "-".join(own) if owner == module.name else f"{owner}/{'-'.join(own)}"
        title = self.title or lazy_gettext(self.called())
        endpoint = "_".join([module.name, owner, *own])
        return {"name": title, "category": owner, "endpoint": endpoint, "url": path}

    def called(self) -> str:
        """Return what the page is called in English where it has no title: its class says it."""
        return " ".join(words(type(self).__name__)).capitalize()

    def texts(self) -> Iterator[Any]:
        """Yield what translators do not find in a file, for it is made of names."""
        yield self.name

    def create_blueprint(self, admin: Admin) -> Any:
        """Return the page's blueprint: one of its module, without Flask-Admin's own templates."""
        blueprint = super().create_blueprint(admin)  # type: ignore[misc]
        blueprint.import_name = type(self).__module__
        blueprint.template_folder = None
        return blueprint

    def is_accessible(self) -> bool:
        return may(self.permission)

    def _run_view(self, view: Any, *args: Any, **values: Any) -> Any:
        return view(self, *args, **values)  # Flask-Admin would try a second time after a TypeError

    def render(self, template: str, **values: Any) -> str:
        return render_template(template, view=self, **values)


class AdminPage(Page, BaseView):
    """A page of its own kind; `@expose("/")` stands above the method that shows it."""

    def __init__(self, owner: str) -> None:
        super().__init__(**self.placed(owner))


class Administration(Admin):
    """Flask-Admin without its first page: that is a view of this module."""

    def _set_admin_index_view(self, *_: Any, **__: Any) -> None:
        pass


@dataclass
class Pages:
    """All pages of an application; lives in `app.extensions`."""

    admin: Administration
    views: list[Any] = field(default_factory=list)

    def collect(self, part: Part) -> None:
        """Add each page that a Python module defines."""
        for kind in kinds(part.load()):
            self.add(kind(part.module.name))

    def add(self, view: Any) -> None:
        """Add a page, and declare who may see it."""
        self.admin.add_view(view)
        for _, name, _ in view._urls:
            current_registry().permits[f"{view.endpoint}.{name}"] = view.permission
        self.views.append(view)

    def groups(self) -> dict[str, list[Any]]:
        """Return the pages that the current visitor may see, by their modules' titles."""
        found: dict[str, list[Any]] = {}
        # What is about the application as a whole comes last.
        for view in sorted(self.views, key=lambda one: bool(one.category == module.name)):
            if view.is_accessible():
                title = gettext(current_registry().known[view.category].title)
                found.setdefault(title, []).append(view)
        return found

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the English texts that are made of names, each after the module that it is of."""
        for view in self.views:
            for text in filter(None, view.texts()):
                yield view.category, text.message if isinstance(text, LazyText) else str(text)

    def of(self, model: type) -> Any | None:
        """Return the page of a model, or None."""
        return next((one for one in self.views if getattr(one, "model", None) is model), None)


def kinds(part: ModuleType) -> Iterator[Any]:
    """Yield the classes of pages that a Python module defines, in their order."""
    for value in vars(part).values():
        inside = getattr(value, "__module__", "").startswith(part.__name__)
        if inside and isinstance(value, type) and issubclass(value, Page):
            yield value


def pages_of(app: Flask) -> Pages:
    """Return the pages of an application, none at first."""
    if EXTENSION not in app.extensions:
        place = current_registry().mounts(module.name)[0]  # pages exist once
        prefix = (place.url_prefix or str(module.url_prefix)).rstrip("/")
        theme = Theme("", "")
        admin = Administration(app, url=prefix, subdomain=place.subdomain, theme=theme)
        app.extensions[EXTENSION] = Pages(admin)
    pages: Pages = app.extensions[EXTENSION]
    return pages


def current_pages() -> Pages:
    """Return the pages of the current application."""
    return pages_of(current_app)


def link(view: Any, name: str = "", **values: Any) -> str:
    """Return the URL of a page.

    :param name: one of its methods; the one that shows it by default.
    """
    return url_for(f"{view.endpoint}.{name or view._default_view}", **values)
