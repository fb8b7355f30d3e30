"""Every combination of answers makes a project that is whole and has nothing to spare."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution, packages_distributions, requires
from itertools import combinations
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from flavors.template import normalized
from tests.baking import (
    CHOICES,
    COMBINATIONS,
    DEFAULTS,
    FOLDER,
    ROOT,
    TEMPLATE,
    expected_files,
    tree,
)
from tests.conftest import Bake
from tests.parsing import LEFTOVER, is_rendered, parse
from tests.projects import FLAVORS

# The project's own, and what only type checkers know.
LOCAL = {"app", "config", "flask_modular", "migrations", "modules", "tests", "_typeshed"}
BINARY = {".gz", ".ico", ".png", ".woff2"}
# Distributions that nothing imports: a setting names them, or the URL in one.
DRIVERS = {
    "psycopg": "postgresql+psycopg",
    "argon2-cffi": "argon2",
    "cryptography": "wallet",
    "email-validator": "EMAIL_VALIDATOR_ARGS",
}
DISTRIBUTIONS = packages_distributions()
SLOW = [pytest.mark.slow]


def is_telling(answers: dict[str, str]) -> bool:
    """Tell whether these are all first choices or all last ones, whatever the flavor."""
    given = [(answers[key], choices) for key, choices in CHOICES.items() if key != "flavor"]
    return any(all(answer == choices[end] for answer, choices in given) for end in (0, -1))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            answers, id="-".join(answers.values()), marks=[] if is_telling(answers) else SLOW
        )
        for answers in COMBINATIONS
    ],
)
def answers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Return one combination of answers after the other."""
    return {**DEFAULTS, **request.param}


@pytest.fixture(scope="module")
def project(answers: dict[str, str], bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the project of these answers."""
    return bake(tmp_path_factory.mktemp("bake"), **answers)


@pytest.fixture(scope="module")
def files(project: Path) -> dict[str, str]:
    """Return the text of all files of the project but images and the like."""
    return {
        path: content.decode()
        for path, content in tree(project).items()
        if Path(path).suffix not in BINARY
    }


@pytest.mark.parametrize("flavor", sorted({*TEMPLATE.flavors} - {*FLAVORS}))
def test_a_flavor_that_is_not_run_makes_what_another_makes(
    bake: Bake, tmp_path: Path, flavor: str
) -> None:
    modules = TEMPLATE.flavors[flavor].modules
    [other] = [name for name in FLAVORS if TEMPLATE.flavors[name].modules == modules]
    files = tree(bake(tmp_path / "this", flavor=flavor))
    recorded = files["pyproject.toml"]
    files["pyproject.toml"] = recorded.replace(f'"{flavor}"'.encode(), f'"{other}"'.encode())
    assert files == tree(bake(tmp_path / "other", flavor=other))


class TestEveryCombination:
    def test_files_are_those_that_are_pinned(self, project: Path, answers: dict[str, str]) -> None:
        assert sorted(tree(project)) == expected_files(answers)

    def test_no_folder_is_empty(self, project: Path) -> None:
        assert empty_folders(project) == []

    def test_every_file_can_be_read(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            parse(Path(path).name, text)

    def test_no_template_syntax_is_left(self, files: dict[str, str]) -> None:
        rendered = {path: text for path, text in files.items() if is_rendered(path)}
        assert not [path for path, text in rendered.items() if LEFTOVER.search(text)]

    def test_no_file_has_stray_space(self, files: dict[str, str]) -> None:
        stray = re.compile(r"[ \t\r]$|\n\n\n\n|\A\n|\n\n\Z|[^\n]\Z", re.MULTILINE)
        rendered = {path: text for path, text in files.items() if is_rendered(path)}
        assert not [path for path, text in rendered.items() if stray.search(text)]

    def test_answers_are_recorded(self, files: dict[str, str], answers: dict[str, str]) -> None:
        recorded = tomllib.loads(files["pyproject.toml"])["tool"]["flask-modular"]["answers"]
        assert recorded == answers

    def test_every_import_is_declared(self, files: dict[str, str]) -> None:
        running, working = declared(files)
        for path, name in imports(files):
            allowed = working | running if is_for_development(path) else running
            known = {one for declared in allowed for one in brought_by(declared)}
            assert known & {*DISTRIBUTIONS.get(name, [name])}, f"{path} imports {name}"

    def test_every_declared_distribution_is_used(self, files: dict[str, str]) -> None:
        running, working = declared(files)
        imported = {name for _, name in imports(files)}
        named = {word for path, text in files.items() if not declares(path) for word in words(text)}
        assert [one for one in running | working if not is_used(one, imported, named)] == []

    def test_the_top_level_is_easy_to_take_in(self, project: Path) -> None:
        optional = {path.split("/")[0] for path in TEMPLATE.claimable} - {"LICENSE"}
        assert len({path.name for path in project.iterdir()} - optional) <= 15


def empty_folders(project: Path) -> list[Path]:
    """Return the folders of a project that hold nothing."""
    return [path for path in project.rglob("*") if path.is_dir() and not any(path.iterdir())]


def declares(path: str) -> bool:
    """Tell whether a file lists distributions."""
    return path == "pyproject.toml" or path.startswith("requirements/")


def declared(files: dict[str, str]) -> tuple[set[str], set[str]]:
    """Return the distributions to run a project and those to work on it, by name."""
    table = tomllib.loads(files["pyproject.toml"])
    lists = table["project"]["dependencies"], table["dependency-groups"]["dev"]
    running, working = ({normalized(line) for line in lines} for lines in lists)
    return running, working


def is_for_development(path: str) -> bool:
    """Tell whether a file runs only where the project is worked on."""
    return not {"tests", "tools", "testing.py"}.isdisjoint(path.split("/"))


def imports(files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a project's files import from third parties."""
    for path, text in files.items():
        if path.endswith(".py"):
            yield from ((path, name) for name in imported(text) - LOCAL - sys.stdlib_module_names)


@cache
def imported(source: str) -> frozenset[str]:
    """Return the top-level names that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [one.name for node in nodes if isinstance(node, ast.Import) for one in node.names]
    absolute = [node for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    names += [node.module or "" for node in absolute]
    return frozenset(name.split(".")[0] for name in names)


@cache
def brought_by(name: str) -> frozenset[str]:
    """Return a distribution and what it always brings: who has Flask has Werkzeug and Click."""
    lines = [Requirement(line) for line in requires(name) or []]
    direct = [line.name for line in lines if not line.marker]
    return frozenset(
        one
        for names in DISTRIBUTIONS.values()
        for one in names
        if normalized(one) in {name, *map(normalized, direct)}
    )


@cache
def traces(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return a distribution's importable names and its commands."""
    owned = {top for top, names in DISTRIBUTIONS.items() if name in map(normalized, names)}
    paths = map(Path, distribution(name).files or [])
    commands = {path.stem for path in paths if path.parent.name in ("bin", "Scripts")}
    return frozenset(top.removesuffix("-stubs") for top in owned), frozenset(commands)


@cache
def words(text: str) -> frozenset[str]:
    """Return what a command, or the scheme of a URL, may be called in a text."""
    return frozenset(re.findall(r"\w+(?:[+-]\w+)*", text))


def is_used(name: str, imported: set[str], named: set[str]) -> bool:
    """Tell whether a distribution is imported, stubbed, run as a command, or a driver."""
    tops, commands = traces(name)
    if name in DRIVERS:
        return DRIVERS[name] in named
    return not tops.isdisjoint(imported) or not commands.isdisjoint(named)


class TestPinnedLists:
    def test_there_is_one_for_each_choice(self) -> None:
        names = {path.stem for path in (ROOT / "tests/expected").glob("*.txt")}
        assert names == {f"{key}-{one}" for key, choices in CHOICES.items() for one in choices}

    def test_each_is_sorted(self) -> None:
        for path in (ROOT / "tests/expected").glob("*.txt"):
            lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
            assert lines == sorted({*lines}), path.name


class TestTemplateFolder:
    def test_what_is_copied_holds_no_answers(self) -> None:
        copied = [path for path in TEMPLATE.files if not is_rendered(path)]
        texts = {path: (FOLDER / path).read_bytes() for path in copied if ".py" in path}
        assert [path for path, text in texts.items() if b"{{ cookiecutter" in text] == []

    def test_no_python_file_is_rendered(self) -> None:
        assert not [path for path in TEMPLATE.files if path.endswith(".py") and is_rendered(path)]

    def test_all_of_the_kernel_and_the_modules_is_copied(self) -> None:
        folders = ("flask_modular/", "modules/", "migrations/", "tests/")
        inside = [path for path in TEMPLATE.files if path.startswith(folders)]
        assert not [path for path in inside if is_rendered(path) and not path.endswith("/")]

    def test_no_file_name_is_rendered(self) -> None:
        assert not [path for path in TEMPLATE.files if "{" in path]


def closed_sets() -> list[list[str]]:
    """Return all sets of modules that are closed under what they require, or some of many."""
    names = sorted(TEMPLATE.modules)
    sets = (one for size in range(len(names) + 1) for one in combinations(names, size))
    closed = [
        [*one] for one in sets if all({*TEMPLATE.modules[name].requires} <= {*one} for name in one)
    ]
    return closed[:: max(1, len(closed) // 24)]


class TestModules:
    @pytest.mark.parametrize("names", closed_sets(), ids=lambda names: " ".join(names) or "none")
    def test_every_closed_set_can_be_made(
        self, bake: Bake, tmp_path: Path, names: list[str]
    ) -> None:
        wish = " ".join(f"+{one}" if one in names else f"-{one}" for one in TEMPLATE.modules)
        project = bake(tmp_path, modules=wish)
        assert sorted(path.parent.name for path in project.glob("modules/*/manifest.toml")) == names
        assert not [
            path for path in project.rglob("*") if path.is_dir() and not any(path.iterdir())
        ]

    def test_flavors_differ_by_nothing_but_their_modules(self, bake: Bake, tmp_path: Path) -> None:
        wish = " ".join(f"-{one}" for one in TEMPLATE.modules)
        trees = [
            tree(bake(tmp_path / flavor, flavor=flavor, modules=wish))
            for flavor in CHOICES["flavor"]
        ]
        for one in trees:
            del one["pyproject.toml"]  # which records the flavor
            assert one == trees[0]
