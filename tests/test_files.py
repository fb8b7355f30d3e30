"""The files that are not Python: what other tools read has to be what those tools expect."""

import os
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from flavors.pins import requirements
from tests.baking import CHOICES, ROOT, run, script
from tests.conftest import Bake
from tests.projects import FLAVORS

needs_make = pytest.mark.skipif(os.name == "nt", reason="needs make, and a shell for its recipes")


def read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def targets(makefile: Path) -> list[str]:
    text = makefile.read_text(encoding="utf-8")
    return re.findall(r"^([a-z-]+):.* ## ", text, re.MULTILINE)


def assert_valid(schema: str, path: Path) -> None:
    done = run(script("check-jsonschema"), "--builtin-schema", schema, path, cwd=path.parent)
    assert done.returncode == 0, done.stdout + done.stderr


# Continuous integration, Compose


@pytest.mark.parametrize("database", CHOICES["database"])
def test_the_github_workflow_is_valid(bake: Bake, tmp_path: Path, database: str) -> None:
    project = bake(tmp_path, ci="github", database=database)
    assert_valid("vendor.github-workflows", project / ".github/workflows/ci.yml")


@pytest.mark.parametrize("database", CHOICES["database"])
def test_the_gitlab_pipeline_is_valid(bake: Bake, tmp_path: Path, database: str) -> None:
    project = bake(tmp_path, ci="gitlab", database=database)
    assert_valid("vendor.gitlab-ci", project / ".gitlab-ci.yml")


@pytest.mark.parametrize("database", CHOICES["database"])
@pytest.mark.parametrize("flavor", FLAVORS)
def test_the_compose_file_is_valid(bake: Bake, tmp_path: Path, flavor: str, database: str) -> None:
    project = bake(tmp_path, flavor=flavor, deployment="docker", database=database)
    assert_valid("vendor.compose-spec", project / "compose.yaml")


def test_the_workflow_of_the_template_is_valid() -> None:
    assert_valid("vendor.github-workflows", ROOT / ".github/workflows/ci.yml")


def test_compose_brings_postgresql_where_it_is_chosen(bake: Bake, tmp_path: Path) -> None:
    project = bake(tmp_path, deployment="docker", database="postgresql")
    compose = yaml.safe_load((project / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"app", "migrate", "db"}
    assert compose["services"]["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_compose_starts_nothing_without_secrets(bake: Bake, tmp_path: Path) -> None:
    project = bake(tmp_path, deployment="docker", database="postgresql")
    text = (project / "compose.yaml").read_text(encoding="utf-8")
    used = re.findall(r"\$\{(\w+)(:\?)?", text)
    assert {name for name, _ in used} == {"SECRET_KEY", "POSTGRES_PASSWORD"}
    assert all(required for _, required in used)


def test_env_example_names_every_secret_of_compose(bake: Bake, tmp_path: Path) -> None:
    project = bake(tmp_path, deployment="docker", database="postgresql")
    example = (project / ".env.example").read_text(encoding="utf-8")
    compose = (project / "compose.yaml").read_text(encoding="utf-8")
    assert all(f"# {name}=" in example for name in re.findall(r"\$\{(\w+)", compose))


# Makefiles


def test_the_project_has_the_targets_that_are_promised(bake: Bake, tmp_path: Path) -> None:
    names = targets(bake(tmp_path) / "Makefile")
    assert names == ["help", "setup", "run", "test", "check", "fix", "upgrade", "update"]


def test_the_template_has_the_targets_that_are_promised() -> None:
    promised = {"demo", "bake", "test", "test-fast", "test-full", "check", "fix", "bench"}
    assert promised <= set(targets(ROOT / "Makefile"))


def test_the_readme_shows_what_make_runs(bake: Bake, tmp_path: Path) -> None:
    project = bake(tmp_path)
    recipes = re.findall(r"^\t([^@].*)", (project / "Makefile").read_text("utf-8"), re.MULTILINE)
    readme = (project / "README.md").read_text(encoding="utf-8")
    values = {"PYTHON": "python3", "PORT": "5000", "BIN": "", "VENV": ""}
    for recipe in recipes:
        command = re.sub(r"\$\((\w+)\)", lambda found: values[found[1]], recipe)
        assert command.replace(" --quiet", "") in readme


@needs_make
def test_an_old_python_gets_one_sentence(bake: Bake, tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    code = (
        "import sys; sys.version_info = (3, 9, 1); sys.version = '3.9.1 (old)'; exec(sys.argv[2])"
    )
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n', encoding="utf-8")
    old.chmod(0o755)
    done = run("make", "setup", f"PYTHON={old}", cwd=bake(tmp_path))
    sentence, *rest = done.stderr.splitlines()
    assert sentence.startswith("This project needs Python 3.11 or newer")
    assert [line for line in rest if not line.startswith("make")] == []


# pre-commit


@needs_make
@pytest.mark.slow
def test_commits_pass_the_hooks_while_no_environment_is_active(bake: Bake, tmp_path: Path) -> None:
    project = bake(tmp_path)
    (project / ".venv").symlink_to(sys.prefix)
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "VIRTUAL_ENV": ""}
    for command in ("git init -q", "git add .", ".venv/bin/python -m pre_commit install"):
        assert run(*command.split(), cwd=project, **bare).returncode == 0
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    done = run("git", *who, "commit", "-m", "A project", cwd=project, **bare)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Skipped" not in done.stderr
    assert run("git", "status", "--short", cwd=project).stdout == ""


def test_hooks_clone_nothing(bake: Bake, tmp_path: Path) -> None:
    for folder in (ROOT, bake(tmp_path)):
        config = yaml.safe_load((folder / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
        (repository,) = config["repos"]
        assert repository["repo"] == "local"
        assert {hook["language"] for hook in repository["hooks"]} == {"system"}


# Settings and pins


@pytest.mark.parametrize("key", ["line-length", "select", "ignore"])
def test_template_and_project_are_linted_alike(bake: Bake, tmp_path: Path, key: str) -> None:
    tables = [read_toml(folder / "pyproject.toml")["tool"] for folder in (ROOT, bake(tmp_path))]
    ours, theirs = ({**table["ruff"], **table["ruff"]["lint"]} for table in tables)
    assert ours[key] == theirs[key]


def test_template_and_project_are_typed_alike(bake: Bake, tmp_path: Path) -> None:
    tables = [read_toml(folder / "pyproject.toml")["tool"] for folder in (ROOT, bake(tmp_path))]
    ours, theirs = (table["mypy"] for table in tables)
    assert ours["strict"] is theirs["strict"] is True
    assert all(override in ours["overrides"] for override in theirs["overrides"])


def pinned(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line[0] not in " #-"]
    return {pin.name: str(pin.specifier).removeprefix("==") for pin in pins}


def test_every_requirement_has_a_pin_that_satisfies_it() -> None:
    pins = pinned(ROOT / "flavors/pins.txt")
    for requirement in map(Requirement, requirements()):
        assert pins[requirement.name.lower()] in requirement.specifier, requirement


def test_one_environment_runs_the_template_and_every_project() -> None:
    mine = pinned(ROOT / "requirements/dev.txt")
    theirs = pinned(ROOT / "flavors/pins.txt")
    assert {name: mine.get(name) for name in theirs} == theirs


def test_benchmarks_run_in_the_same_environment() -> None:
    mine, theirs = pinned(ROOT / "requirements/dev.txt"), pinned(ROOT / "requirements/bench.txt")
    assert {name: mine.get(name, pin) for name, pin in theirs.items()} == theirs


@pytest.mark.parametrize("flavor", FLAVORS)
def test_hooks_of_commits_leave_catalogues_alone(bake: Bake, tmp_path: Path, flavor: str) -> None:
    paths = (bake(tmp_path, flavor=flavor) / "modules").rglob("*.po")
    assert [path for path in paths if path.read_bytes().endswith(b"\n\n")] == []


@pytest.mark.parametrize(
    "name", ["flavors/pins.txt", "requirements/dev.txt", "requirements/bench.txt"]
)
def test_pins_name_neither_an_address_nor_a_folder(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|^-|(?<!via) /|\.\.", text, re.MULTILINE)


@pytest.mark.slow
def test_what_make_upgrade_writes_is_what_generation_wrote(bake: Bake, tmp_path: Path) -> None:
    project = bake(tmp_path, database="postgresql")
    before = {name: (project / f"requirements/{name}.txt").read_text() for name in ("run", "dev")}
    pins = ROOT / "flavors/pins.txt"
    done = run(
        sys.executable,
        *("-m", "flask_modular.tools.upgrade"),
        cwd=project,
        UV_CONSTRAINT=str(pins),
    )
    assert done.returncode == 0, done.stderr
    after = {name: (project / f"requirements/{name}.txt").read_text() for name in ("run", "dev")}
    assert after == before
