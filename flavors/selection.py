"""What the answers select: modules, files, distributions. A function of answers and template."""

import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cookiecutter.exceptions import FailedHookException

from flavors.template import Flavor, Manifest, Pin, Template, normalized

# What tools and running projects leave behind in a working copy of the template.
LITTER = {
    *(".env", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv"),
    *("__pycache__", "instance"),
}

UNUSED = ".unused"  # a file that the project is made with, and loses at the end

Answers = Mapping[str, Any]
Complaint = Callable[[Mapping[str, str], Collection[str]], str | None]
Choice = TypeVar("Choice")


class Refused(FailedHookException):
    """Answers that no project can be made of: cookiecutter prints the sentence and exits."""


def choose(flavor: Flavor, wish: str, modules: Mapping[str, Manifest]) -> list[str]:
    """Return a flavor's modules with those wished for, and all that they require, sorted.

    :param wish: `chat` or `+chat` adds a module, `-admin` leaves one out.
    :raises Refused: for an unknown module, or one left out that another requires.
    """
    words = wish.replace(",", " ").split()
    without = {word.removeprefix("-") for word in words if word.startswith("-")}
    added = {word.removeprefix("+") for word in words if not word.startswith("-")}
    for name in sorted(added | without):
        if name not in modules:
            raise Refused(f'There is no module "{name}"{_instead(name, modules)}')
        if name in added & without:
            raise Refused(f'The module "{name}" is both added and left out; do one of them.')
    return _close({*flavor.modules} - without | added, without, modules)


def _close(names: set[str], without: set[str], modules: Mapping[str, Manifest]) -> list[str]:
    chosen: set[str] = set()
    while names:
        for name in sorted(names):
            for required in sorted(without.intersection(modules[name].requires)):
                raise Refused(f'"{required}" cannot be left out: "{name}" requires it.')
        chosen |= names
        names = {one for name in names for one in modules[name].requires} - chosen
    return sorted(chosen)


def _instead(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f'. Did you mean "{near[0]}"?' if near else f"; there are {', '.join(known)}."


def closure(requirements: Iterable[str], pins: Iterable[Pin]) -> list[Pin]:
    """Return the pins of these requirements and of everything that they need in turn."""
    names = {normalized(requirement) for requirement in requirements}
    while more := {pin.name for pin in pins if pin.via & names} - names:
        names |= more
    return [pin for pin in pins if pin.name in names]


def covers(paths: Iterable[str], path: str) -> bool:
    """Tell whether a file is among these paths, or in one of their folders."""
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in paths)


class Selected:
    """What one set of answers selects; this is what the template's files see."""

    def __init__(self, template: Template, answers: Mapping[str, str], source: str) -> None:
        self.answers = answers
        self.source = source
        self.commit = template.commit
        self.directory = template.directory
        self._template = template
        self.flavor: Flavor = _pick("flavor", answers, template.flavors)
        self._names = choose(self.flavor, answers["modules"], template.modules)
        questions = template.options.keys() & answers.keys()
        self._options: list[dict[str, Any]] = [
            _pick(question, answers, template.options[question]) for question in sorted(questions)
        ]

    @cached_property
    def modules(self) -> list[Manifest]:
        """Return the manifests, by name."""
        return [self._template.modules[name] for name in self._names]

    @cached_property
    def packages(self) -> list[str]:
        """Return what the project needs at run time."""
        needed = set(self._template.options["kernel"]["packages"])
        for module in self.modules:
            needed.update(module.packages)
        for option in self._options:
            needed.update(option.get("packages", []))
        return sorted(needed)

    @cached_property
    def dev_packages(self) -> list[str]:
        """Return what is needed to work on the project, beyond what it needs to run."""
        return sorted(self._template.options["kernel"]["dev"])

    @cached_property
    def run_pins(self) -> list[str]:
        """Return the tested versions of all that is installed to run the project."""
        return [pin.line for pin in closure(self.packages, self._template.pins)]

    @cached_property
    def dev_pins(self) -> list[str]:
        """Return the tested versions of what is installed on top to work on the project."""
        both = [*self.packages, *self.dev_packages]
        lines = [pin.line for pin in closure(both, self._template.pins)]
        return [line for line in lines if line not in self.run_pins]

    @cached_property
    def services(self) -> list[str]:
        """Return what is to run beside the project where it is deployed, such as "redis"."""
        return sorted({one for module in self.modules for one in module.deploy.get("services", [])})

    @cached_property
    def processes(self) -> dict[str, str]:
        """Return the commands that run beside the server, by name."""
        return self._deployed("processes")

    @cached_property
    def environment(self) -> dict[str, str]:
        """Return the variables that tell the modules where the services are."""
        return self._deployed("environment")

    def _deployed(self, key: str) -> dict[str, str]:
        tables = [module.deploy.get(key, {}) for module in self.modules]
        return {name: text for table in tables for name, text in sorted(table.items())}

    @cached_property
    def config(self) -> dict[str, dict[str, str]]:
        """Return the settings that take their value from an answer, by module."""
        values = {
            "title": self.answers["project_name"],
            "description": self.answers["description"],
        }
        found = {
            module.name: {key: text for key, text in values.items() if key in module.config}
            for module in self.modules
        }
        return {name: settings for name, settings in found.items() if settings}

    @cached_property
    def license_text(self) -> str:
        """Return the license with the year and the author filled in."""
        files: list[str] = [option["file"] for option in self._options if "file" in option]
        folder = self._template.root / "flavors"
        text = "".join((folder / file).read_text(encoding="utf-8") for file in files)
        text = text.replace("{year}", str(date.today().year))
        return text.replace("{holder}", self.answers["author_name"]).rstrip()

    @cached_property
    def unused(self) -> list[str]:
        """Return the files of modules and parts that are not there, and litter."""
        modules = self._template.modules
        columns = {name: manifest.column for name, manifest in modules.items()}
        collected = {path for name in self._names for path in columns.pop(name)}
        uncollected = {path for column in columns.values() for path in column} - collected

        def is_unused(path: str) -> bool:
            top, *inner = path.split("/", 2)
            if path.endswith("/") or not LITTER.isdisjoint(path.split("/")):
                return True
            if top != "modules" or len(inner) < 2:
                return False
            return inner[0] in columns or covers(uncollected, inner[1])

        return [path for path in self._template.files if is_unused(path)]

    @cached_property
    def left_out(self) -> frozenset[str]:
        """Return the unused files, to look one up."""
        return frozenset(self.unused)

    @cached_property
    def unchosen(self) -> list[str]:
        """Return the files that belong to other answers alone."""
        claimed = {path for option in self._options for path in option.get("files", [])}
        others = self._template.claimable - claimed
        return [path for path in self._template.files if covers(others, path)]


def folders(paths: Iterable[str]) -> list[str]:
    """Return the folders that these files are in, each after those inside it."""
    found: set[str] = set()
    for path in paths:
        while path := path.rpartition("/")[0]:
            found.add(path)
    return sorted(found, key=len, reverse=True)


class Selections:
    """The filters that need the template: `cookiecutter | selection` and its kin."""

    def __init__(self, template: Template, complaint: Complaint, started: float) -> None:
        self.template = template
        self.complaint = complaint
        self.started = started
        self.folder = Path.cwd()
        self.filters: dict[str, Callable[[Answers], object]] = {
            "select": self.select,
            "selection": self.selection,
            "license_text": lambda answers: self.selection(answers).license_text,
            "plan": self.plan,
        }
        self._known: dict[str, Selected] = {}

    def selection(self, context: Answers) -> Selected:
        """Return what the answers select.

        :raises Refused: when no project can be made of them.
        """
        answers = {key: str(value) for key, value in context.items() if not key.startswith("_")}
        key = json.dumps(answers)
        if key not in self._known:
            sentence = self.complaint(answers, {pin.name for pin in self.template.pins})
            if sentence:
                raise Refused(sentence)
            source = self._source(str(context.get("_template", "")))
            self._known[key] = Selected(self.template, answers, source)
        return self._known[key]

    def select(self, context: Answers) -> str:
        """Check all answers while nothing is written yet, and tell what they come to."""
        selected = self.selection(context)
        names = [module.name for module in selected.modules]
        return json.dumps({"flavor": selected.flavor.name, "modules": names})

    def place(self, context: Answers, name: str) -> str:
        """Return where a file goes: what is not used into one file, which is quicker to remove.

        :param context: the answers, which are complete once cookiecutter has added `_template`.
        """
        if "_template" not in context:
            return name
        path = name.replace(os.sep, "/")
        return UNUSED if path in self.selection(context).left_out else name

    def plan(self, context: Answers) -> str:
        """Return what post_gen has to do, as JSON that may stand between double quotes."""
        selected = self.selection(context)
        plan = {
            "unused": [UNUSED, *selected.unused],
            "unchosen": selected.unchosen,
            "folders": folders(selected.unused + selected.unchosen),
            "started": self.started,
        }
        return json.dumps(json.dumps(plan))[1:-1]

    def _source(self, template: str) -> str:
        """Return where the template was taken from, as an absolute path if it is a folder."""
        url = urlsplit(template)
        path = self.folder / f"{url.netloc}{url.path}"
        return str(path) if url.scheme in ("", "file") and path.exists() else template


def _pick(question: str, answers: Mapping[str, str], choices: Mapping[str, Choice]) -> Choice:
    answer = answers[question]
    if answer not in choices:
        raise Refused(f'"{answer}" is no {question}{_instead(answer, choices)}')
    return choices[answer]
