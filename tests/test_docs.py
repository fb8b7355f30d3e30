"""The guide: its commands are run, its links lead somewhere, and nothing is left unexplained.

Fences say what becomes of them, document by document and in order, in a project of its own:

- `console`: each `$ command` is run; where output follows, it is all that the command prints, but
  for what an ellipsis stands for.
- `python`, `toml`: parsed; these and `jinja` are written to the file that the first line names in a
  comment. `modules.toml` takes in the sections.
- `diff`: applied to the file that its first line names.
- `shell-session`: a client's, run against a server by `test_session.py`.
- `nginx`: served with by `test_nginx.py`.
- `sh`, `powershell`: what cannot run here; NOT_RUN says why.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.baking import FOLDER, QUESTIONS, ROOT, TEMPLATE
from tests.conftest import Bake

DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]

# Commands that the documents show and no test can run, and why; the first words are enough.
NOT_RUN = {
    "git ": "needs a repository, or the network",
    "pip install ": "needs the network",
    "uvx ": "needs the network",
    "uv add ": "needs the network",
    "cookiecutter ": "the fixture `bake` does it; gh: needs the network",
    "cruft ": "needs the network; test_update.py updates from a repository on disk",
    "docker ": "needs Docker",
    "curl ": "needs a server",
    "gunicorn ": "serves until it is stopped",
    "FLASK_OPS_PROXY_HOPS=": "serves until it is stopped",
    "flask tasks worker": "runs until it is stopped",
    "celery ": "runs until it is stopped",
    "make ": "sets up environments; the commands behind it are shown too",
    "cd ": "the commands run in the project's folder already",
    "flask db upgrade": "needs the steps before it; the documents run it elsewhere, too",
    "pytest": "needs the steps before it; the documents run it elsewhere, too",
    "TEST_DATABASE_URL=": "needs PostgreSQL",
    "TEST_FILES_STORAGE=": "needs S3; test_storage.py does it",
    "FLASK_MAIL_": "stands in .env, or in the environment",
    "python3 -m venv ": "the test's own environment is used",
    ". .venv/bin/activate": "the test's own environment is used",
    "python -m flask_modular.tools.": "needs the network",
}


@dataclass(frozen=True)
class Fence:
    """A block of code in a document."""

    place: str
    language: str
    text: str

    @property
    def lines(self) -> list[str]:
        """Return the lines in it."""
        return self.text.splitlines()

    @property
    def file(self) -> str:
        """Return the file that the first line names, or an empty string."""
        first = self.lines[0] if self.lines else ""
        found = re.fullmatch(r"(?:#|\{#|<#|\+\+\+) ([\w./-]+\.[\w-]+)(?: #[}>])?", first)
        return found[1] if found else ""

    @property
    def session(self) -> list[tuple[str, list[str]]]:
        """Return the commands, each with the output that is shown."""
        found: list[tuple[str, list[str]]] = []
        for line in self.lines:
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            elif found[-1][0].endswith("\\"):
                found[-1] = (f"{found[-1][0]}\n{line}", [])
            else:
                found[-1][1].append(line)
        return found


@cache
def fences(document: Path) -> list[Fence]:
    """Return the blocks of code in a document."""
    text = document.read_text(encoding="utf-8")
    return [
        Fence(f"{document.name}:{text.count(chr(10), 0, found.start()) + 1}", found[2], found[3])
        for found in re.finditer(r"(?ms)^( *)```([\w-]*)\n(.*?)^\1```$", text)
    ]


def blocks(*languages: str) -> list[Fence]:
    """Return the blocks of all documents in some languages."""
    return [one for path in DOCUMENTS for one in fences(path) if one.language in languages]


def prose(document: Path) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"(?ms)^( *)```.*?^\1```$", "", document.read_text(encoding="utf-8"))


def entries(document: str) -> set[str]:
    """Return what a document has an entry for: code in its headings and in tables' first cells."""
    lines = prose(DOCS / document).splitlines()
    heads = [line for line in lines if line.startswith("#")]
    cells = [re.split(r"(?<!\\)\|", line)[1] for line in lines if line.startswith("|")]
    codes = [code for text in heads + cells for code in re.findall(r"`([^`]+)`", text)]
    return {code.lstrip("@").partition("(")[0] for code in codes}


def sections(document: str) -> Iterator[tuple[str, str]]:
    """Yield the headings of a document, each with the text up to the next."""
    text = (DOCS / document).read_text(encoding="utf-8")
    yield from re.findall(r"(?ms)^#+ ([^\n]+)\n(.*?)(?=^#+ [^\n]+$|\Z)", text)


def shell(command: str, project: Path) -> tuple[int, str]:
    """Run a command as somebody in the project's folder would, its environment active."""
    ours = ("FLASK_", "DATABASE_URL", "TEST_DATABASE_URL", "SECRET_KEY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=project,
        env={
            **kept,
            "FLASK_CONFIG": "development",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
            "PYTHONIOENCODING": "utf-8",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, "\n".join(line.rstrip() for line in done.stdout.splitlines())


def pattern(shown: list[str]) -> str:
    """Return what output has to match: an ellipsis stands for anything, alone for any lines."""
    lines = [re.escape(line.rstrip()).replace("…", ".*") for line in shown]
    return "\n?".join("(?:.*\n)*?.*" if line == ".*" else line for line in lines)


def answers(document: Path) -> dict[str, str]:
    """Return what a document's project is made of: `<!-- modules="mail" -->` in its first line."""
    first = document.read_text(encoding="utf-8").partition("\n")[0]
    return dict(re.findall(r'(\w+)="([^"]*)"', first if first.startswith("<!--") else ""))


def follow(fence: Fence, project: Path) -> None:
    """Do in a project what a block of a document says."""
    if fence.language == "console":
        for command, shown in fence.session:
            code, output = shell(command, project)
            fails = any(re.match(r"Error: |.*: error M\d", line) for line in shown)
            assert (code != 0) is fails, f"{fence.place}: $ {command}\n{output}"
            matches = not shown or re.fullmatch(pattern(shown), output)
            assert matches, f"{fence.place}: $ {command}\n{output}"
    elif fence.file:
        path = project / fence.file
        path.parent.mkdir(parents=True, exist_ok=True)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(written(fence, old), encoding="utf-8")


def written(fence: Fence, old: str) -> str:
    """Return a file's text after a block of a document."""
    if fence.language == "diff":
        changes = fence.lines[1:]
        before = "".join(f"{line[1:]}\n" for line in changes if line[:1] in "- ")
        after = "".join(f"{line[1:]}\n" for line in changes if line[:1] in "+ ")
        assert old.count(before) == 1, f"{fence.place}: {before!r} is not in\n{old}"
        return old.replace(before, after)
    if fence.file == "modules.toml":
        for header in re.findall(r"(?m)^\[.*\]$", fence.text):
            old = re.sub(rf"(?m)^{re.escape(header)}\n(?:[^[\n].*\n|\n)*", "", old)
        return f"{old}\n{fence.text}"
    return fence.text


def guides() -> Iterator[Any]:
    """Yield the documents; those of single modules are followed in `make test-full`."""
    for path in DOCUMENTS:
        is_of_a_module = (FOLDER / "modules" / path.stem).is_dir()
        yield pytest.param(path, marks=[pytest.mark.full] if is_of_a_module else [], id=path.stem)


@pytest.mark.slow
@pytest.mark.parametrize("document", [*guides()])
def test_what_a_document_says_can_be_done(document: Path, bake: Bake, tmp_path: Path) -> None:
    project = bake(tmp_path, **answers(document))
    for fence in fences(document):
        follow(fence, project)


@pytest.mark.parametrize("fence", blocks("python", "toml"), ids=lambda fence: fence.place)
def test_code_can_be_parsed(fence: Fence) -> None:
    text = textwrap.dedent(fence.text)
    assert ast.parse(text) if fence.language == "python" else tomllib.loads(text)


def test_what_is_not_run_says_why() -> None:
    lines = [line.strip() for fence in blocks("sh") for line in fence.lines]
    shown = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in shown if not line.startswith(tuple(NOT_RUN))] == []
    assert [start for start in NOT_RUN if not any(line.startswith(start) for line in shown)] == []


def test_no_block_is_of_a_kind_that_is_overlooked() -> None:
    known = {
        "console",
        "shell-session",
        "sh",
        "powershell",
        "python",
        "toml",
        "jinja",
        "diff",
        "nginx",
        "text",
    }
    found = [one for path in DOCUMENTS for one in fences(path)]
    assert [one.place for one in found if one.language not in known] == []
    assert [one.place for one in found if one.language == "console" and not one.session] == []


def anchors(document: Path) -> set[str]:
    """Return the anchors that a document's headings get."""
    heads = re.findall(r"(?m)^#+ (.+)$", prose(document))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", prose(document))
    inside = [link.partition("#") for link in links if "://" not in link]
    for path, _, anchor in inside:
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_every_document_is_in_the_index_and_every_picture_in_a_document() -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {path.name for path in DOCS.glob("*.md")} - {"index.md"}
    assert [name for name in sorted(pages) if f"]({name})" not in index] == []
    assert [path.name for path in DOCS.glob("images/*") if path.name not in everything] == []


PROBE = """
import json
from click import Context, Group
from app import create_app
from flask_modular import Module, manifest, settings, testing

def commands(group, name):
    context = Context(group)
    for word in group.list_commands(context):
        found = group.get_command(context, word)
        if isinstance(found, Group):
            yield from commands(found, f"{name} {word}")
        else:
            options = [option for one in found.params for option in one.opts + one.secondary_opts]
            yield f"{name} {word}", [option for option in options if option.startswith("--")]

with create_app().app_context() as context:
    ours = ("flask module ", "flask seed", "flask db ")
    found = dict(commands(context.app.cli, "flask"))
    print(json.dumps({
        "contributions": [name for name in vars(Module) if not name.startswith("_")],
        "commands": {name: found[name] for name in found if name.startswith(ours)},
        "manifest": sorted(manifest._KEYS),
        "modules.toml": [*settings._KEYS, *settings._MOUNT_KEYS],
        "parts": list(manifest.KERNEL_PARTS),
        "fixtures": [one for one in dir(testing) if type(getattr(testing, one)).__name__ ==
                     "FixtureFunctionDefinition"],
    }))
"""


@pytest.fixture(scope="module")
def names(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a project has that the guide must explain."""
    project = bake(tmp_path_factory.mktemp("names"))
    (project / "probe.py").write_text(PROBE, encoding="utf-8")
    code, output = shell("python probe.py", project)
    assert code == 0, output
    result: dict[str, Any] = json.loads(output)
    return result


def test_every_contribution_is_explained(names: dict[str, Any]) -> None:
    wanted = {f"module.{name}" for name in names["contributions"]}
    assert wanted - entries("module-contract.md") == set()


@pytest.mark.parametrize("kind", ["manifest", "modules.toml"])
def test_every_key_is_explained(names: dict[str, Any], kind: str) -> None:
    assert set(names[kind]) - entries("module-contract.md") == set()


def test_every_part_of_the_kernel_and_of_collectors_is_explained(names: dict[str, Any]) -> None:
    collected = {part for one in TEMPLATE.modules.values() for part in one.collects}
    assert {*names["parts"], *collected} - entries("parts-and-collectors.md") == set()


def test_every_command_is_explained(names: dict[str, Any]) -> None:
    shown = entries("commands.md")
    assert [
        command
        for command in names["commands"]
        if not any(one == command or one.startswith(f"{command} ") for one in shown)
    ] == []


def test_every_option_of_our_commands_is_explained(names: dict[str, Any]) -> None:
    texts = {head.strip("`"): head + body for head, body in sections("commands.md")}
    for head, text in texts.items():
        known = [name for name in names["commands"] if f"{head} ".startswith(f"{name} ")]
        for option in (one for name in known for one in names["commands"][name]):
            assert option in text, f"{head}: {option}"


def test_every_fixture_is_explained(names: dict[str, Any]) -> None:
    assert names["fixtures"]
    assert set(names["fixtures"]) - entries("testing.md") == set()


def test_every_setting_of_a_module_is_explained() -> None:
    wanted = {
        f"{module.name}_{name}".upper()
        for module in TEMPLATE.modules.values()
        for name in module.config
    }
    assert wanted - entries("configuration.md") == set()


def test_every_question_is_explained() -> None:
    wanted = {name for name in QUESTIONS if not name.startswith("_")}
    assert wanted - entries("template.md") == set()


@pytest.mark.parametrize(
    ("makefile", "document"),
    [(FOLDER / "Makefile", "commands.md"), (ROOT / "Makefile", "template.md")],
    ids=["project", "template"],
)
def test_every_make_target_is_explained(makefile: Path, document: str) -> None:
    targets = re.findall(r"(?m)^([a-z-]+):.*## ", makefile.read_text(encoding="utf-8"))
    assert {f"make {target}" for target in targets} - entries(document) == {"make help"}


def test_the_readme_lists_the_flavors_as_they_are() -> None:
    rows = re.findall(r"(?m)^\| `([\w-]+)` \|[^|]*\| (.+) \|$", prose(ROOT / "README.md"))
    listed = {name: re.findall(r"`(\w+)`", modules) for name, modules in rows}
    assert listed == {name: flavor.modules for name, flavor in TEMPLATE.flavors.items()}


def test_the_readme_shows_the_tree_as_it_is(bake: Bake, tmp_path: Path) -> None:
    project = bake(tmp_path, project_name="My Shop")
    [tree] = [one.text for one in fences(ROOT / "README.md") if one.text.startswith("my_shop/")]
    shown = set(re.findall(r"(?m)(?:[├└]── |  )([\w.-]+[\w])/?(?=  |$)", tree))
    assert shown == {path.name for path in project.iterdir()}
