"""No file of a project is there for nothing: without it, some check of the project is red."""

import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from flavors.selection import LITTER
from tests.baking import TEMPLATE, expected_files
from tests.conftest import Bake
from tests.projects import FLAVORS, LARGEST, PYTEST, Project

pytestmark = [pytest.mark.slow, pytest.mark.full]
ANSWERS = {"database": "sqlite", "deployment": "none", "ci": "none", "license": "none"}
# What a running application, its migrations or its commands are made of: its own tests are not,
# and neither is what only people, git, make, pip or an editor read.
RUNTIME = ("app.py", "config.py", "flask_modular/", "migrations/", "modules/", "modules.toml")
# What says nothing about which of a folder's tests may miss a file.
COMMON = {"flask", "modular", "module", "name", "test", "py", "tpl", "html", "txt"}
# Each copy of a project has a cache of its own: what is said of a file that was deleted in one
# must not be heard in another. In one file it is copied quickly.
MYPY = ("mypy", "--sqlite-cache")
# From the cheapest to the dearest: a file counts as missed as soon as one of them is red.
CHECKS = (
    ("flask", "module", "check"),
    (*PYTEST, "-x", "modules", "tests"),
    (*PYTEST, "-x", "flask_modular"),
    MYPY,
)


def runtime_files(flavor: str) -> list[str]:
    """Return the files of a flavor that run."""
    listed = expected_files({"flavor": flavor, **ANSWERS})
    return [path for path in listed if path.startswith(RUNTIME) and "/tests/" not in path]


def files_of(module: str) -> list[str]:
    """Return the files of a module that run."""
    inside = [path for path in TEMPLATE.files if path.startswith(f"modules/{module}/")]
    return [path for path in inside if LITTER.union(["tests"]).isdisjoint(path.split("/"))]


LARGEST_FIRST = sorted(FLAVORS, key=lambda name: -len(TEMPLATE.flavors[name].modules))
CASES = [(flavor, path) for flavor in LARGEST_FIRST for path in runtime_files(flavor)]
# Modules that no flavor lists, where they have most to do with.
LISTED = {name for flavor in FLAVORS for name in TEMPLATE.flavors[flavor].modules}
ON_REQUEST = sorted({*TEMPLATE.modules} - LISTED)
WITH_ALL = " ".join([LARGEST, *ON_REQUEST])
CASES += [(WITH_ALL, path) for name in ON_REQUEST for path in files_of(name)]
# Once is enough for what several flavors have, and quickest in the smallest.
DELETIONS = list({path: (selection, path) for selection, path in CASES}.values())


@pytest.fixture(scope="module")
def whole(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Project]:
    """Return a function that makes the project of a flavor, and of modules that are named after it.

    It makes each once, with its database and cache.
    """

    @cache
    def make(selection: str) -> Project:
        flavor, *modules = selection.split()
        folder = tmp_path_factory.mktemp(flavor)
        project = Project(bake(folder, flavor=flavor, modules=" ".join(modules), **ANSWERS))
        project.run("flask", "db", "upgrade")
        project.run(*MYPY)
        return project

    return make


def checks_near(project: Project, path: str) -> list[tuple[str, ...]]:
    """Return the checks, with those before the others that are likeliest to miss a file."""
    folder = "/".join(path.split("/")[: 2 if path.startswith("modules/") else 1])
    files = [file.relative_to(project.path) for file in project.path.glob(f"{folder}/tests/test_*")]
    sought = words(path.replace("scaffold/", "scaffold/new/"))  # whose command reads it
    files.sort(key=lambda file: sought.isdisjoint(words(file.stem)))
    tests = (*PYTEST, "-x", *map(str, files))
    nearest: list[tuple[str, ...]] = [tests] if files else []
    if "/static/" in path:
        nearest.insert(0, (*PYTEST, "-x", "tests/test_contract.py", "-k", "static"))
    if path.startswith("flask_modular/tools/") and path.endswith(".py"):
        nearest.insert(0, MYPY)  # somebody imports it
    first = ("flask", "i18n", "check") if "/translations/" in path else CHECKS[0]
    return [first, *nearest, *CHECKS[1:]]


def words(path: str) -> set[str]:
    """Return what the names in a path are made of."""
    return {word.removesuffix("s") for word in re.findall(r"[a-z]+", path)} - COMMON


def is_missed(project: Project, path: str) -> bool:
    """Tell whether a check of the project is red."""
    return any(project.attempt(*check)[0] for check in checks_near(project, path))


@pytest.mark.parametrize("flavor", FLAVORS)
def test_every_check_is_green_to_begin_with(
    whole: Callable[[str], Project], flavor: str, tmp_path: Path
) -> None:
    project = Project(shutil.copytree(whole(flavor).path, tmp_path / "project"))
    for check in CHECKS:
        if check[0] != "pytest":  # test_projects.py runs the tests of the same files
            project.run(*check)


@pytest.mark.parametrize(("selection", "path"), DELETIONS, ids=[path for _, path in DELETIONS])
def test_a_file_that_is_deleted_is_missed(
    whole: Callable[[str], Project], selection: str, path: str, tmp_path: Path
) -> None:
    project = Project(shutil.copytree(whole(selection).path, tmp_path / "project"))
    (project.path / path).unlink()
    assert is_missed(project, path)
