"""Leave in the new project what its selection uses, and say what to do next.

Runs in the project's folder, also over an existing project and on every `cruft update`: doing it
twice changes nothing, no program is started, and nothing is asked of the network.
"""

import contextlib
import json
import os
import shlex
import sys
import tempfile
import time
from pathlib import Path

PLAN = json.loads("{{ cookiecutter | plan }}")


def prune() -> None:
    """Remove what this run wrote and the selection does without, and folders that stay empty."""
    # A file from before this run is somebody's own, whatever its name. When the run began is said
    # by the folder's own clock, for a network drive's may differ from ours.
    with tempfile.TemporaryFile(dir=".") as written_now:
        now = os.fstat(written_now.fileno()).st_mtime
    began = now - (time.time() - PLAN["started"])
    for path in filter(os.path.isfile, PLAN["unused"] + PLAN["unchosen"]):
        # Caches are copied as whole folders, which keeps the time of the change.
        if max((at := os.lstat(path)).st_mtime, at.st_ctime) >= began:
            os.remove(path)
    for folder in PLAN["folders"]:
        with contextlib.suppress(OSError):  # it is not there, or not empty
            os.rmdir(folder)


def commands(system: str) -> list[str]:
    """Return what brings the project up: shorthands where there is make, or what they stand for."""
    if system != "nt" and any(os.access(f"{path}/make", os.X_OK) for path in os.get_exec_path()):
        return ["make setup", "make run"]
    windows, unix = ("py", ".venv\\Scripts\\", "copy"), ("python3", ".venv/bin/", "cp")
    python, tools, copy = windows if system == "nt" else unix
    install = [f"{python} -m venv .venv", f"{tools}pip install -r requirements/dev.txt"]
    flask = [f"{tools}flask {command}" for command in ("db upgrade", "seed", "run --debug")]
    return [*install, f"{copy} .env.example .env", *flask]


def next_steps() -> None:
    """Print the commands that bring the project up, unless it is there and being updated."""
    project, terminal = Path.cwd(), Path(os.environ.get("PWD") or "..")
    if (terminal / ".cruft.json").exists():
        return
    folder = project.name if terminal.resolve() == project.parent else shlex.quote(str(project))
    text = "\n    ".join([f"\n{project.name} is made. Next:\n", f"cd {folder}", *commands(os.name)])
    # Without a buffer: a reader that went away, or few letters, must not cost the project.
    os.write(sys.stdout.fileno(), f"{text}\n\n".encode(sys.stdout.encoding, "replace"))


prune()
with contextlib.suppress(AttributeError, OSError, ValueError):  # there may be no console at all
    next_steps()
