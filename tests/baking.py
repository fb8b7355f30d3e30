"""What the tests of the template share: the choices there are, and ways to make a project."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir
from itertools import product
from pathlib import Path
from typing import Any

from cookiecutter.exceptions import FailedHookException

from flavors.template import PROJECT as PROJECT
from flavors.template import Template

ROOT = Path(__file__).parent.parent
TEMPLATE = Template(ROOT)
FOLDER = ROOT / PROJECT
QUESTIONS: dict[str, Any] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
CHOICES: dict[str, list[str]] = {
    key: value
    for key, value in QUESTIONS.items()
    if isinstance(value, list) and not key.startswith("_")
}
COMBINATIONS = [dict(zip(CHOICES, values, strict=True)) for values in product(*CHOICES.values())]
# The answers that pressing Enter gives.
DEFAULTS = {
    key: value[0] if isinstance(value, list) else value
    for key, value in QUESTIONS.items()
    if not key.startswith("_")
} | {"project_slug": "my_project"}


def copy_template(folder: Path) -> Path:
    """Copy the template as it is in the working copy, without what git ignores."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for path in filter(None, listed.stdout.split("\0")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path)
    return folder


def run_hook_here(script: str, cwd: str | Path = ".") -> None:
    """Run a hook as cookiecutter does, in this process: a fifth of the time of a new one."""
    with chdir(cwd):
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as error:
            if error.code:
                raise FailedHookException(str(error.code)) from error


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with no terminal to ask at, and return what it printed."""
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, "PWD": str(cwd), "PYTHONIOENCODING": "utf-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def script(name: str) -> Path:
    """Return a command of the environment that the tests run in."""
    return Path(sys.executable).with_name(name)


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files in a folder, but for those of git and compiled ones: path → content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", "__pycache__"} & {*path.parts}
    }


def expected_files(answers: Mapping[str, str]) -> list[str]:
    """Return the pinned list of files: the flavor's, and what each other answer adds."""
    flavor, *others = (f"{key}-{answers[key]}" for key in CHOICES)
    return sorted(path for name in (flavor, *others) for path in _listed(name))


def _listed(name: str) -> Iterator[str]:
    text = (ROOT / "tests" / "expected" / f"{name}.txt").read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("# "))
