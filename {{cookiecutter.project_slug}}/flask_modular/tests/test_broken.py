"""A broken module never takes the tools away, and nothing else runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flask_modular.tests.project import PACKAGE, PAGE, Project

BREAKAGES = {
    "manifest": ("[", {}),
    "requirement": ('requires = ["nowhere"]', {}),
    "distribution": ('packages = ["no-such-thing"]', {}),
    "package": ("", {"package": "import no_such_thing"}),
    "models": ("", {"models": "1 / 0", "tests__test_models": ""}),
    "routes": ("", {"routes": "raise SystemError('no')", "tests__test_routes": ""}),
    "ready": ("", {"package": PACKAGE + "\n\n@module.ready\ndef f(app):\n    raise OSError\n"}),
    "revision": ("", {"migrations__1_first": "revision = 1 / 0"}),
    "link": ("", {"migrations__2_next": "revision = '2'\ndown_revision = '1'"}),
}
REVISIONS = ("revision", "link")
UNLOADABLE = tuple(how for how in BREAKAGES if how not in REVISIONS)
# Alembic warns before it fails.
pytestmark = pytest.mark.filterwarnings("ignore:Revision 1 referenced from")


@pytest.fixture(params=BREAKAGES)
def broken(request: pytest.FixtureRequest, project: Project) -> Project:
    """Return a project in which `bad` is broken, each time in another way, and `good` is not."""
    manifest, parts = BREAKAGES[request.param]
    project.module("bad", manifest, **parts)
    project.module("good", routes=PAGE.format("good"), tests__test_routes="")
    return project


def test_list_says_which_one(broken: Project) -> None:
    lines = broken.run("module", "list").splitlines()
    states = {line.split()[0]: line.split()[3] for line in lines[2:4]}
    assert states == {"bad": "broken", "good": "enabled"}
    assert any(line.startswith("bad is broken: ") for line in lines)


def test_check_reports_it(broken: Project) -> None:
    result = broken.flask("module", "check")
    assert result.exit_code == 1
    assert "1 error" in result.output


def test_graph_still_draws(broken: Project) -> None:
    assert "bad (broken)" in broken.run("module", "graph", "--format", "text")


def test_disable_mends_it(broken: Project) -> None:
    assert broken.run("module", "disable", "bad").startswith("Disabled bad.")
    broken.forget()
    assert broken.get("/good/") == "good"


@pytest.mark.parametrize("broken", UNLOADABLE, indirect=True)
@pytest.mark.parametrize("command", [("seed",), ("db", "upgrade"), ("routes",)])
def test_other_commands_fail_with_the_error(broken: Project, command: tuple[str, ...]) -> None:
    result = broken.flask(*command)
    assert result.exit_code == 1
    assert "Error: " in result.output


@pytest.mark.parametrize("broken", REVISIONS, indirect=True)
@pytest.mark.parametrize(
    "command",
    ["db upgrade", "db current", "db check", "db migrate bad -m x", "db downgrade bad --yes"],
)
def test_commands_on_migrations_name_who_has_a_broken_revision(
    broken: Project, command: str
) -> None:
    result = broken.flask(*command.split())
    assert result.exit_code == 1
    assert 'Error: The revisions of "bad" in' in result.output


@pytest.mark.parametrize("broken", REVISIONS, indirect=True)
def test_a_broken_revision_is_no_reason_not_to_serve(broken: Project) -> None:
    assert broken.get("/good/") == "good"


def test_help_lists_what_still_answers(broken: Project) -> None:
    assert "module" in broken.flask("--help").output


def test_a_process_exits_with_one_sentence(project: Project) -> None:
    root = project.root
    source = Path(sys.modules["flask_modular"].__file__ or "").parents[1]
    for name in ("app.py", "config.py"):
        (root / name).write_bytes((source / name).read_bytes())
    project.module("bad", 'requires = ["nowhere"]')
    project.write("modules/__init__.py", "")
    paths = os.pathsep.join((str(root), str(source)))
    environment = {**os.environ, "PYTHONPATH": paths, "FLASK_CONFIG": "testing"}
    command = [sys.executable, "-m", "flask", "seed"]
    done = subprocess.run(  # noqa: S603
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith('Error: "bad" requires "nowhere", which is not there')
    assert len(done.stderr.splitlines()) == 1
