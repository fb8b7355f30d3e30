"""The template's own data as it is on disk: flavors, options, modules, files, pins, commit."""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

PROJECT = "{{cookiecutter.project_slug}}"


@dataclass(frozen=True)
class Flavor:
    """A named list of modules, from `flavors/<name>.toml`; `demo` has those that show it."""

    name: str
    title: str
    summary: str
    modules: list[str]
    demo: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """What a module says of itself in its `manifest.toml`."""

    name: str
    title: str
    summary: str = ""
    version: str = ""
    kernel: str = ""
    requires: list[str] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    collects: dict[str, list[str]] = field(default_factory=dict)
    deploy: dict[str, Any] = field(default_factory=dict)

    @property
    def column(self) -> set[str]:
        """Return the files that this module collects, relative to the module that offers them."""
        return {path for part, files in self.collects.items() for path in _expand(part, files)}


def _expand(part: str, files: Iterable[str]) -> Iterator[str]:
    """Yield a part's files as named, each file as a package, and the tests of all."""
    yield from (f"tests/test_{part}.py", f"tests/test_{part}/")
    for path in files:
        yield path
        if path.endswith(".py"):
            yield f"{path.removesuffix('.py')}/"
            yield f"tests/test_{path}"


@dataclass
class Pin:
    """A tested version, and the names of what needs the distribution."""

    name: str
    line: str
    via: set[str] = field(default_factory=set)


class Template:
    """What is in the template's folder; each kind of data is read once, when it is needed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def flavors(self) -> dict[str, Flavor]:
        """Return the flavors by name."""
        paths = sorted(self.root.glob("flavors/*.toml"))
        tables = {path.stem: _toml(path) for path in paths if path.stem != "options"}
        return {name: Flavor(name=name, **table) for name, table in tables.items()}

    @cached_property
    def options(self) -> dict[str, dict[str, Any]]:
        """Return what answers bring: question → answer → table; `kernel` is a table itself."""
        return _toml(self.root / "flavors" / "options.toml")

    @cached_property
    def claimable(self) -> set[str]:
        """Return the files and folders that only some answers bring."""
        questions = (table for name, table in self.options.items() if name != "kernel")
        choices = (choice for question in questions for choice in question.values())
        return {path for choice in choices for path in choice.get("files", [])}

    @cached_property
    def modules(self) -> dict[str, Manifest]:
        """Return the manifests by name: the folders in `modules/` are the list of modules."""
        manifests = {}
        for path in sorted((self.root / PROJECT / "modules").glob("*/manifest.toml")):
            name = path.parent.name
            table = {"title": name.replace("_", " ").capitalize(), **_toml(path)}
            manifests[name] = Manifest(name=name, **table)
        return manifests

    @cached_property
    def files(self) -> list[str]:
        """Return every file of the project's folder, as if nothing were left out."""
        return sorted(_walk(self.root / PROJECT))

    @cached_property
    def pins(self) -> list[Pin]:
        """Return the tested versions of all that any project may install."""
        return read_pins((self.root / "flavors" / "pins.txt").read_text(encoding="utf-8"))

    @cached_property
    def repository(self) -> Path | None:
        """Return the git repository that the template is in, or is."""
        return next((path for path in _upwards(self.root) if (path / ".git").exists()), None)

    @cached_property
    def directory(self) -> str:
        """Return the template's folder inside of its repository, where it is not the root."""
        inside = self.root.relative_to(self.repository or self.root).as_posix()
        return "" if inside == "." else inside

    @cached_property
    def commit(self) -> str:
        """Return the commit that the template stands at, or nothing outside of git."""
        return read_commit(self.repository / ".git") if self.repository else ""


def normalized(requirement: str) -> str:
    """Return the name in a requirement, in the form in which names are compared (PEP 503)."""
    name = re.match(r"[\w.-]*", requirement.strip())
    return re.sub(r"[-_.]+", "-", name[0] if name else "").lower()


def read_pins(text: str) -> list[Pin]:
    """Read what `uv pip compile` wrote: pins, and who needs them in the comments below."""
    pins: list[Pin] = []
    for line in text.splitlines():
        if line and not line.startswith(("#", " ")):
            pins.append(Pin(name=normalized(line), line=line.strip()))
        elif pins and (via := re.fullmatch(r"\s+#\s+(?:via\s+)?(\w\S*)", line)):
            pins[-1].via.add(normalized(via[1]))
    return pins


def read_commit(git: Path) -> str:
    """Return the commit that is checked out, from git's files alone."""
    if git.is_file():  # a worktree or a submodule
        git = git.parent / _line(git).removeprefix("gitdir: ")
    head = _line(git / "HEAD")
    if not head.startswith("ref: "):
        return head
    ref = head.removeprefix("ref: ")
    shared = git / _line(git / "commondir")
    packed = (shared / "packed-refs").read_text() if (shared / "packed-refs").is_file() else ""
    found = re.search(rf"^(\w+) {re.escape(ref)}$", packed, re.MULTILINE)
    return _line(git / ref) or _line(shared / ref) or (found[1] if found else "")


def _line(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _walk(folder: Path) -> Iterator[str]:
    """Yield the files in a folder, and with a slash at the end the folders without any."""
    for parent, folders, names in os.walk(folder):
        inside = Path(parent).relative_to(folder).as_posix() + "/"
        yield from (f"{inside.removeprefix('./')}{name}" for name in names)
        if not folders and not names:
            yield inside


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents
