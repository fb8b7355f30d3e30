"""Texts for people: in their language where a module translates, else as they are written."""

from __future__ import annotations

import re
from collections import UserString
from collections.abc import Callable
from typing import Any, cast

from flask import Flask, has_app_context
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from .registry import current_registry

# Called with a text, the form of it for several things or None, and how many there are.
Translator = Callable[[str, str | None, int], str]


def gettext(message: str, **values: Any) -> str:
    """Return a text in the language of whoever reads it.

    :param message: in English; `%(name)s` stands for a value.
    """
    text = _translate(message, None, 1)
    return text % values if values else text


def ngettext(one: str, several: str, number: int, **values: Any) -> str:
    """Return a text about a number of things, in the language of whoever reads it.

    :param one: in English, for one thing; `%(number)s` stands for the number.
    :param several: the same, for any other number.
    """
    return _translate(one, several, number) % {"number": number, **values}


def counted(number: int, thing: str) -> str:
    """Return how many things there are, as commands say it: `1 job`, `2 jobs`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def lazy_gettext(message: str, **values: Any) -> str:
    """Return a text that is translated each time it is shown: for what is written once, at import.

    It is no `str` but behaves like one; `str(…)` makes one of it.
    """
    return cast(str, LazyText(message, values))


class LazyText(UserString):
    """A text whose language is that of whoever reads it."""

    def __init__(self, message: object, values: dict[str, Any] | None = None) -> None:
        # Methods such as `upper` make another of their result: that one is translated already.
        self.message, self.values = str(message), values or {}

    @property
    def data(self) -> str:  # type: ignore[override]
        """Return the text as it is now."""
        return gettext(self.message, **self.values)


def _translate(message: str, several: str | None, number: int) -> str:
    if has_app_context():
        for functions in current_registry().translators.values():
            for function in functions:
                return function(message, several, number)
    return message if several is None or number == 1 else several


def init_texts(app: Flask) -> None:
    """Let every template write `_("…")`, `ngettext(…)` and `trans` blocks."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]
    install(gettext, _plural, newstyle=True)
    app.jinja_env.globals["_"] = _shown


@pass_eval_context
def _shown(context: EvalContext, message: str, /, **values: Any) -> str:
    """Return a text as Jinja's own `_` does, with fewer calls: lists ask for one in each cell."""
    text = _translate(message, None, 1)
    shown = Markup(text) if context.autoescape else text  # noqa: S704 (Jinja trusts texts, too)
    return shown % values if "%" in text else shown


def _plural(one: str, several: str, number: int) -> str:
    return _translate(one, several, number)


class Texts:
    """What WTForms asks for its messages; it puts the values in by itself."""

    def gettext(self, message: str) -> str:
        """Return a message in the language of whoever reads it."""
        return gettext(message)

    def ngettext(self, one: str, several: str, number: int) -> str:
        """Return a message about a number of things, in the language of whoever reads it."""
        return _plural(one, several, number)


def pluralize(name: str) -> str:
    """Return the English plural of a name, as far as endings tell."""
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}es" if re.search(r"(s|x|z|ch|sh)$", name) else f"{name}s"
