"""`flask module enable` and `disable`: one value of `modules.toml` changes, and nothing else."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from flask_modular.errors import SettingsError
from flask_modular.tests.project import Project
from flask_modular.tools.settings_file import with_enabled, write

COMMENTED = """# [blog]
# enabled = true

[blog]   # ours
# a comment that says enabled = true
enabled = true    # as long as it lasts
config = { title = "[blog]\\nenabled = true" }

[wiki]
enabled = true
"""


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("", "[blog]\nenabled = false\n"),
        ("# note", "# note\n\n[blog]\nenabled = false\n"),
        ("[blog]\n", "[blog]\nenabled = false\n"),
        ("[blog]", "[blog]\nenabled = false\n"),
        ("[blog]\nenabled=true", "[blog]\nenabled=false"),
        ("[ 'blog' ] # x\nmounts = []\n", "[ 'blog' ] # x\nenabled = false\nmounts = []\n"),
        ("[blog]\r\nenabled = true\r\n", "[blog]\r\nenabled = false\r\n"),
        ("[wiki]\r\n", "[wiki]\r\n\r\n[blog]\r\nenabled = false\r\n"),
        ("blog = { enabled = true }\n", "blog = { enabled = false }\n"),
        ("blog = { mounts = [] }\n", "blog = { enabled = false, mounts = [] }\n"),
        ("blog = {}\n", "blog = { enabled = false}\n"),
        ("blog.enabled = true\n", "blog.enabled = false\n"),
        ("blog.mounts = []\n", "blog.enabled = false\nblog.mounts = []\n"),
        ("[blog.config]\nx = 1\n", "[blog.config]\nx = 1\n\n[blog]\nenabled = false\n"),
        (
            '[wiki]\nconfig = { a = """\n[blog]\nenabled = true""" }\n[blog]\n',
            '[wiki]\nconfig = { a = """\n[blog]\nenabled = true""" }\n[blog]\nenabled = false\n',
        ),
    ],
)
def test_only_the_switch_changes(text: str, changed: str) -> None:
    assert with_enabled(text, "blog", False) == changed


def test_comments_and_look_alikes_stay() -> None:
    changed = with_enabled(COMMENTED, "blog", False)
    assert changed == COMMENTED.replace("true    # as", "false    # as")
    assert with_enabled(changed, "blog", True) == COMMENTED


def test_the_result_is_always_what_was_meant() -> None:
    wanted = tomllib.loads(COMMENTED)
    wanted["wiki"]["enabled"] = False
    assert tomllib.loads(with_enabled(COMMENTED, "wiki", False)) == wanted


@pytest.mark.parametrize("text", ["[blog", "blog = 1", "[[blog]]\nx = 1"])
def test_what_cannot_be_edited_safely_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"cannot be edited safely|mend it first"):
        with_enabled(text, "blog", False)


def test_a_file_is_written_at_once_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "modules.toml"
    path.write_bytes(b"before\r\n")
    path.chmod(0o600)

    def fail(*arguments: object) -> None:
        raise OSError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", fail)
        with pytest.raises(OSError, match="disk is full"):
            write(path, "after")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"before\r\n"]
    write(path, "after\r\n")
    assert path.read_bytes() == b"after\r\n"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_disable_and_enable(project: Project) -> None:
    project.module("blog")
    os.utime(project.root / "app.py", (0, 0))
    assert project.run("module", "disable", "blog") == "Disabled blog.\n"
    assert project.run("module", "disable", "blog") == "blog is disabled already.\n"
    assert "blog" not in project.registry().modules
    assert project.run("module", "enable", "blog") == "Enabled blog.\n"
    assert "blog" in project.registry().modules
    assert (project.root / "app.py").stat().st_mtime > 0, "a development server would not reload"


def test_tables_stay_and_are_brought_up_to_date(project: Project) -> None:
    (project.module("blog") / "migrations").mkdir()
    assert project.run("module", "disable", "blog").endswith("Its tables stay.\n")
    assert project.run("module", "enable", "blog").endswith("flask db upgrade\n")


def test_an_unknown_name_gets_the_nearest_one(project: Project) -> None:
    project.module("blog")
    result = project.flask("module", "disable", "blgo")
    assert result.exit_code == 1
    assert 'There is no module "blgo" here. Did you mean "blog"?' in result.output


def test_what_others_require_is_not_disabled(project: Project) -> None:
    project.module("accounts")
    project.module("blog", 'requires = ["accounts"]')
    result = project.flask("module", "disable", "accounts")
    assert '"blog" requires "accounts": flask module disable blog' in result.output
    assert not (project.root / "modules.toml").exists()


def test_what_requires_something_that_is_off_is_not_enabled(project: Project) -> None:
    project.module("accounts")
    project.module("blog", 'requires = ["accounts"]')
    project.settings("[accounts]\nenabled = false\n[blog]\nenabled = false")
    result = project.flask("module", "enable", "blog")
    assert 'requires "accounts", which is disabled: flask module enable acc' in result.output


def test_what_requires_something_missing_is_not_enabled(project: Project) -> None:
    project.module("blog", 'requires = ["accounts"]')
    project.settings("[blog]\nenabled = false")
    result = project.flask("module", "enable", "blog")
    assert 'requires "accounts", which is not there' in result.output
