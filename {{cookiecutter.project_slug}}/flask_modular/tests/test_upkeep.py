"""What keeps a project up to date: its pins, and what changes in the template."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from flask_modular.tools import update, upgrade

PROJECT = (
    '[project]\nname = "shop"\nversion = "1"\ndependencies = []\n[dependency-groups]\ndev = []\n'
)
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="There is no git here.")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("flask==0.1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def test_upgrade_pins_what_the_project_asks_for_and_nothing_else(root: Path) -> None:
    upgrade.upgrade(root)
    assert (root / "requirements" / "run.txt").read_text("utf-8") == ""
    assert (root / "requirements" / "dev.txt").read_text("utf-8") == "-r run.txt\n"


def test_upgrade_keeps_the_pins_when_it_fails(root: Path) -> None:
    (root / "pyproject.toml").write_text("[project", encoding="utf-8")
    with pytest.raises(SystemExit):
        upgrade.upgrade(root)
    assert (root / "requirements" / "run.txt").read_text("utf-8") == "flask==0.1\n"


@needs_git
def test_update_wants_a_repository(root: Path) -> None:
    with pytest.raises(update.UpdateError, match="git"):
        update.run(root)


@needs_git
def test_update_wants_everything_committed(root: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)  # noqa: S607
    with pytest.raises(update.UpdateError, match="commit"):
        update.run(root)
