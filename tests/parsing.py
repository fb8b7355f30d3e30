"""Reading the files of a project as the programs do that they are for."""

import ast
import configparser
import json
import re
import subprocess
import tomllib
from collections.abc import Callable
from fnmatch import fnmatch
from functools import cache
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import yaml
from babel.messages.pofile import read_po
from dotenv import dotenv_values
from jinja2 import Environment
from mako.template import Template as MakoTemplate
from packaging.requirements import Requirement

from tests.baking import QUESTIONS

JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
# GitHub's own expressions look like Jinja's.
LEFTOVER = re.compile(r"(?<!\$)\{\{|\{%|\{#|cookiecutter\.[a-z_]+")
INSTRUCTIONS = "ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN USER VOLUME WORKDIR"
# Elements of HTML that have no end tag.
VOID = [
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
]


def is_rendered(path: str) -> bool:
    """Tell whether cookiecutter renders a file; what it copies may hold tags of its own."""
    return not any(fnmatch(path, pattern) for pattern in QUESTIONS["_copy_without_render"])


def rendered_files(project: Path) -> list[Path]:
    """Return the files of a project that cookiecutter rendered."""
    paths = (path for path in sorted(project.rglob("*")) if path.is_file())
    return [path for path in paths if is_rendered(path.relative_to(project).as_posix())]


@cache
def parse(name: str, text: str) -> None:
    """Read a file by its name; each content is read once.

    :raises Exception: the reader's own, when it cannot.
    """
    for pattern, reader in READERS.items():
        if fnmatch(name, pattern):
            reader(text)
            return
    assert any(fnmatch(name, one) for one in UNREAD), f"Nothing here knows how to read {name}."


def parse_html(text: str) -> None:
    """Check a page's Jinja, and that each element ends where it should."""
    Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(text)
    reader = Elements()
    reader.feed(JINJA.sub("", text))
    reader.close()
    assert not reader.open, f"<{reader.open[-1]}> does not end."


class Elements(HTMLParser):
    """The elements that are open while a page is read."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<path/>` as an element that ends at once."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing."
        assert self.open.pop() == tag


def parse_scaffold(text: str) -> None:
    """Check the tags of a file that `flask module new` fills in, which are not Jinja's own."""
    Environment(
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        autoescape=False,  # noqa: S701
    ).parse(text)


def parse_makefile(text: str) -> None:
    """Let make read all rules."""
    subprocess.run(
        ["make", "-n", "-f-", "test"], input=text.encode(), check=True, capture_output=True
    )


def parse_requirements(text: str) -> None:
    """Check that each line is a requirement or names another file."""
    for line in text.splitlines():
        if line and not line.startswith(("-r ", "#")):
            Requirement(line)


def parse_dockerfile(text: str) -> None:
    """Check that each line begins with an instruction."""
    lines = text.replace("\\\n", " ").splitlines()
    words = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
    assert words <= {*INSTRUCTIONS.split()}


def parse_environment(text: str) -> None:
    """Check that each line sets a variable."""
    assert None not in dotenv_values(stream=StringIO(text), interpolate=False).values()


READERS: dict[str, Callable[[str], object]] = {
    "*.toml": tomllib.loads,
    "*.json": json.loads,
    "*.y*ml": yaml.safe_load,
    "*.py": ast.parse,
    "*.html": parse_html,
    "*.svg": ElementTree.fromstring,
    "*.ini": lambda text: configparser.RawConfigParser().read_string(text),
    "*.mako": MakoTemplate,
    "*.jinja": parse_scaffold,
    "*-tpl": parse_scaffold,
    "*.po": lambda text: read_po(StringIO(text), abort_invalid=True),
    "Makefile": parse_makefile,
    "Dockerfile": parse_dockerfile,
    ".env.example": parse_environment,
    "run.txt": parse_requirements,
    "dev.txt": parse_requirements,
    "*.txt": Environment(autoescape=True).parse,  # mails
}
# What has no grammar, or none that is at hand.
UNREAD = [".*ignore", "LICENSE", "*.md", "*.css", "*.js", "py.typed"]
