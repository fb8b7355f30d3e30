"""`make update`: bring in what changed in the template that the project was made from.

cruft does the work: it makes the project twice, from the template as it was and as it is, and
merges the difference. What it keeps in `.cruft.json` stands in pyproject.toml already, so a
project that plain cookiecutter made needs no file of its own for it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from ..errors import ModularError

STATE = ".cruft.json"
# cookiecutter's short names for hosts, which git learns for as long as the update takes.
HOSTS = {"gh": "https://github.com/", "gl": "https://gitlab.com/", "bb": "https://bitbucket.org/"}


class UpdateError(ModularError):
    """An update that cannot begin, or that did not end well."""


def run(root: Path) -> None:
    """Update a project, and say what is left to do.

    :raises UpdateError: before anything is changed, or when there are conflicts to resolve.
    """
    refuse_unsaved_work(root)
    with cruft_state(root) as state:
        refuse_unreachable(state["template"])
        command = [*cruft(), "update", "--skip-apply-ask", "--allow-untracked-files"]
        if subprocess.run(command, cwd=root, env=environment(), check=False).returncode:  # noqa: S603
            raise UpdateError("cruft failed, and says why above; `git status` shows what it did.")
        new = json.loads((root / STATE).read_text(encoding="utf-8"))["commit"]
    name_commit(root, state["commit"], new)
    report(root)


def refuse_unsaved_work(root: Path) -> None:
    """Make sure that git can show, and undo, what an update does.

    :raises UpdateError: outside of a git repository, and where something is not committed.
    """
    status = git(root, "status", "--porcelain")
    if status.returncode:
        raise UpdateError(
            "This project is in no git repository, so an update could not be looked at or undone: "
            'git init && git add . && git commit -m "Begin".'
        )
    if status.stdout:
        raise UpdateError("There are changes that are not committed: commit or stash them first.")


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git and return what it printed."""
    command = ["git", *arguments]
    try:
        return subprocess.run(  # noqa: S603
            command, cwd=root, env=environment(), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise UpdateError("git is not installed; an update needs it.") from None


def environment() -> dict[str, str]:
    """Return the environment in which git never asks, and knows cookiecutter's short names."""
    values = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    given = int(values.get("GIT_CONFIG_COUNT", 0))
    values["GIT_CONFIG_COUNT"] = str(given + len(HOSTS))
    for number, (short, url) in enumerate(HOSTS.items(), start=given):
        values[f"GIT_CONFIG_KEY_{number}"] = f"url.{url}.insteadOf"
        values[f"GIT_CONFIG_VALUE_{number}"] = f"{short}:"
    return values


@contextmanager
def cruft_state(root: Path) -> Iterator[dict[str, Any]]:
    """Yield what cruft has to know; write it to its file for as long as it takes, if need be.

    :raises UpdateError: where nobody recorded the template.
    """
    path = root / STATE
    if path.exists():
        yield json.loads(path.read_text(encoding="utf-8"))
        return
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    state = state_of(pyproject.get("tool", {}).get("flask-modular", {}))
    path.write_text(json.dumps(state, indent=2), encoding="utf-8")
    try:
        yield state
    finally:
        path.unlink()


def state_of(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Return cruft's state, from the table [tool.flask-modular] of pyproject.toml."""
    if not recorded.get("template") or not recorded.get("commit"):
        raise UpdateError(
            "pyproject.toml does not say which commit of which template this project was made "
            "from: write `template` and `commit` under [tool.flask-modular]."
        )
    answers = {name: literal(answer) for name, answer in recorded.get("answers", {}).items()}
    return {
        "template": recorded["template"],
        "commit": recorded["commit"],
        "checkout": None,
        "context": {"cookiecutter": answers},
        "directory": recorded.get("directory") or None,
    }


def literal(answer: str) -> str:
    """Return an answer so that cookiecutter, which takes it for a template, reads it as it is."""
    if not re.search(r"{[{%#]", answer):
        return answer
    quoted = answer.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{{{ "{quoted}" }}}}'


def refuse_unreachable(template: str) -> None:
    """Make sure that the template can be cloned.

    :raises UpdateError: with git's own reason.
    """
    found = git(Path.cwd(), "ls-remote", "--exit-code", "--", template, "HEAD")
    if found.returncode:
        reason = (found.stderr.strip().splitlines() or ["it has no commits"])[0]
        raise UpdateError(f'The template "{template}" cannot be reached ({reason}).')


def cruft() -> list[str]:
    """Return the command that runs cruft: the installed one, or one that uv fetches.

    :raises UpdateError: when there is neither.
    """
    here = Path(sys.executable).parent
    for folder in (str(here), None):
        if found := shutil.which("cruft", path=folder):
            return [found]
    uv = [sys.executable, "-m", "uv"] if find_spec("uv") else [shutil.which("uv") or ""]
    if not all(uv):
        raise UpdateError("An update needs cruft, or uv to fetch it: pip install cruft.")
    return [*uv, "tool", "run", "--python", sys.executable, "cruft"]


def name_commit(root: Path, old: str, new: str) -> None:
    """Name the new commit in pyproject.toml, where the merge could not."""
    path = root / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf'(?m)^commit = "{old}"$', f'commit = "{new}"', text), encoding="utf-8")


def report(root: Path) -> None:
    """Say what is to be done now.

    :raises UpdateError: when there are conflicts.
    """
    marked = git(root, "diff", "--name-only", "--relative", "--diff-filter=U").stdout.splitlines()
    others = git(root, "ls-files", "--others", "--exclude-standard").stdout.splitlines()
    rejected = [path for path in others if path.endswith(".rej")]
    if marked or rejected:
        files = ", ".join(marked + rejected)
        raise UpdateError(
            "Your changes and the template's meet in the same lines: look for <<<<<<< in these "
            f"files, and for what was left out in *.rej, then commit: {files}."
        )
    if git(root, "status", "--porcelain").stdout:
        click.echo('Updated: see `git diff HEAD`, run the tests, then `git commit -a -m "Update"`.')
    else:
        click.echo("Everything is up to date.")


if __name__ == "__main__":
    try:
        run(Path.cwd())
    except UpdateError as error:
        error.show()
        sys.exit(error.exit_code)
