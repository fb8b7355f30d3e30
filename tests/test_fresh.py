"""A project in an environment that holds what it declares and nothing else."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baking import copy_template, script, tree
from tests.conftest import Bake
from tests.projects import FLAVORS, Project, unavailable

pytestmark = [pytest.mark.slow, pytest.mark.full]
OLDEST = (3, 11)
Version = tuple[int, ...]


def pythons() -> dict[Version, Path]:
    """Return the interpreters of this machine that projects can run on, by version."""
    command = [str(script("uv")), "python", "list", "--only-installed", "--output-format", "json"]
    listed = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    paths = [Path(one["path"]) for one in listed if one["implementation"] == "cpython"]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    paths += pyenv.glob("versions/*/bin/python")  # where shims show the chosen ones only
    found = {version(path): path for path in paths}
    return {number: path for number, path in found.items() if number >= OLDEST}


def version(python: Path) -> Version:
    """Return an interpreter's version, of two numbers; nothing where it does not start."""
    code = "import sys; print(*sys.version_info[:2])"
    shown = subprocess.run([python, "-c", code], capture_output=True, check=False, text=True)
    return tuple(map(int, shown.stdout.split()))


@pytest.fixture(params=["oldest", "newest"])
def python(request: pytest.FixtureRequest) -> Path:
    """Return the oldest Python that is supported, and the newest one of this machine."""
    found = pythons()
    if request.param == "newest" and max(found, default=OLDEST) > OLDEST:
        return found[max(found)]
    if request.param == "newest":
        unavailable("There is no Python newer than 3.11 on this machine.")
    if OLDEST not in found:
        unavailable("There is no Python 3.11 on this machine.")
    return found[OLDEST]


@pytest.fixture
def fresh(bake: Bake, tmp_path: Path, python: Path) -> Callable[[str], Project]:
    """Return a function that makes a flavor's project and installs what runs it."""

    def make(flavor: str) -> Project:
        project = Project(bake(tmp_path, flavor=flavor, database="postgresql"))
        project.run("uv", "venv", "--quiet", "--python", str(python), str(tmp_path / "env"))
        inside = Project(project.path, python=tmp_path / "env" / "bin" / "python")
        install = ("pip", "install", "--quiet", "--python", str(inside.python))
        project.run("uv", *install, "--requirement", "requirements/run.txt")
        return inside

    return make


@pytest.mark.parametrize("flavor", FLAVORS)
def test_what_runs_it_is_declared(
    fresh: Callable[[str], Project], flavor: str, database: str
) -> None:
    live = fresh(flavor).in_production(DATABASE_URL=database)
    assert "No module named" in live.refusal("python", "-c", "import pytest")
    live.run("flask", "db", "upgrade")
    live.run("flask", "seed")
    with live.gunicorn() as server:
        answers = {url: server.get(url) for url in live.pages().values()}
    assert not [url for url, answer in answers.items() if not answer.is_served]


@pytest.mark.parametrize(
    ("python", "flavor"),
    [("oldest", "minimal"), *(("newest", flavor) for flavor in FLAVORS)],
    indirect=["python"],
)
def test_make_is_enough_for_a_newcomer(
    bake: Bake, tmp_path: Path, python: Path, flavor: str
) -> None:
    (tmp_path / "home").mkdir()
    environment = {"HOME": str(tmp_path / "home"), "FLASK_CONFIG": None}
    project = Project(bake(tmp_path, flavor=flavor), environment, python)
    assert "GNU Make" in project.run("make", "--version")
    project.run("make", "setup", f"PYTHON={python}")
    assert "FLASK_CONFIG=development" in project.read(".env")
    assert re.search(r"\b\d+ passed", project.run("make", "test"))
    before = tree(project.path / "modules")
    for target in ("check", "fix"):
        project.run("make", target)
    assert tree(project.path / "modules") == before, "What is checked needs no fixing."
    with project.serve("make", "run", "PORT={port}") as server:
        assert server.get("/livez").status == 200
    project.commit()
    assert project.run("git", "status", "--porcelain") == ""
    project.run(".venv/bin/pre-commit", "run", "--all-files")


@pytest.fixture
def template(tmp_path: Path) -> Project:
    """Return a copy of the template with the environment that the tests run in."""
    (copy_template(tmp_path / "template") / ".venv").symlink_to(sys.prefix)
    return Project(tmp_path / "template", {"FLASK_CONFIG": None})


# The environment is there: nothing is to be installed into it.
MAKE = ("make", "--old-file=.venv/bake", "FLAVOR=minimal")


def test_make_demo_serves_what_there_is_to_see(template: Project) -> None:
    with template.serve(*MAKE, "demo", "PORT={port}") as server:
        assert server.get("/").status == 200
        assert server.get("/notes/").status == 200
        assert "the next make demo puts another in its place" in server.output
    assert template.read("build/demo/.env") == template.read("build/demo/.env.example")


def test_make_bake_makes_a_project_and_makes_it_again(template: Project) -> None:
    for _ in range(2):
        template.run(*MAKE, "bake", "MODULES=notes -home")
    manifests = template.path.glob("build/minimal/modules/*/manifest.toml")
    assert {path.parent.name for path in manifests} == {"ops", "site", "notes"}
