"""The template's Jinja extension: what the answers select, for its files and hooks.

This file is small and seldom changes, because `cruft update` imports it once and then moves the
template to another commit under the running process. So the logic is read from disk for every
project that is made. It has to parse under any Python that runs cookiecutter.
"""

import sys
import time
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from cookiecutter.exceptions import FailedHookException
from jinja2 import Environment, Template
from jinja2.ext import Extension

ROOT = Path(__file__).resolve().parent.parent
STARTED = time.time()
PARTS = ("text", "template", "selection")  # each after those that it imports


def load(*paths: str) -> "list[ModuleType]":
    """Return Python files of the template as modules, as the files are now."""
    return _execute(tuple((path, (ROOT / path).read_text(encoding="utf-8")) for path in paths))


@lru_cache(maxsize=4)
def _execute(files: "tuple[tuple[str, str], ...]") -> "list[ModuleType]":
    modules = []
    for path, source in files:
        module = ModuleType("flavors." + Path(path).stem)
        sys.modules[module.__name__] = module
        exec(compile(source, str(ROOT / path), "exec"), vars(module))  # noqa: S102
        modules.append(module)
    return modules


class Selection(Extension):
    """Add the filters of `text.py` and `selection.py`; refuse a Python that is too old."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        [rules] = load("hooks/pre_gen_project.py")
        too_old = rules.python_is_supported({}, {})
        if too_old:
            raise FailedHookException(too_old)
        text, template, selection = load(*(f"flavors/{name}.py" for name in PARTS))
        selections = selection.Selections(template.Template(ROOT), rules.complaint, STARTED)
        environment.filters.update({**text.FILTERS, **selections.filters})
        environment.from_string = partial(  # type: ignore[method-assign]
            from_string, environment.from_string, selections.place
        )


class Name:
    """The name of a file, in the place of a template that would render it."""

    def __init__(self, name: str, place: "Callable[[Mapping[str, Any], str], str]") -> None:
        self.name = name
        self.place = place

    def render(self, **context: "Any") -> str:
        """Return where the file goes."""
        return self.place(context["cookiecutter"], self.name)


def from_string(
    make: "Callable[..., Template]",
    place: "Callable[[Mapping[str, Any], str], str]",
    source: str,
    *options: "Any",
) -> "Any":
    """Return a template of a text, at next to no cost where it has no tags.

    cookiecutter makes one of the name of every file: compiling those took a third of its time.
    """
    is_name = "{" not in source and source.isprintable()
    return Name(source, place) if is_name else make(source, *options)
