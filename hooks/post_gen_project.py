"""Leave in the new project what its selection uses, and say what to do next.

Runs in the project's folder, also over an existing project and on every `cruft update`: doing it
twice changes nothing, no program is started, and nothing is asked of the network.
"""

import contextlib
import json
import os
import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path

PLAN = json.loads("{{ cookiecutter | plan }}")
UNIX = ["make setup", "make run"]
WINDOWS = [
    "py -m venv .venv",
    r".venv\Scripts\pip install -r requirements\dev.txt",
    "copy .env.example .env",
    r".venv\Scripts\flask db upgrade",
    r".venv\Scripts\flask seed",
    r".venv\Scripts\flask run --debug",
]


def prune() -> None:
    """Remove what the selection does without, and the folders that are empty then."""
    # A file from before this run is somebody's own, kept by --skip-if-file-exists. When the run
    # began is said by the folder's own clock, for a network drive's may differ from ours.
    with tempfile.TemporaryFile(dir=".") as written_now:
        now = os.fstat(written_now.fileno()).st_mtime
    began = now - (time.time() - PLAN["started"])
    unchosen = [one for one in map(Path, PLAN["unchosen"]) if one.is_file()]
    ours = [path for path in unchosen if path.stat().st_mtime >= began]
    for path in [*map(Path, PLAN["unused"]), *ours]:
        if path.is_file():
            path.unlink()
        for folder in [path, *path.parents][:-1]:
            if folder.is_dir() and set(os.listdir(folder)) <= {"__pycache__"}:
                shutil.rmtree(folder)


def next_steps() -> None:
    """Print the commands that bring the project up, unless it is there and being updated."""
    project, terminal = Path.cwd(), Path(os.environ.get("PWD") or "..")
    if (terminal / ".cruft.json").exists():
        return
    folder = project.name if terminal.resolve() == project.parent else shlex.quote(str(project))
    steps = [f"cd {folder}", *(WINDOWS if os.name == "nt" else UNIX)]
    text = "\n    ".join([f"\n{project.name} is made. Next:\n", *steps]) + "\n\n"
    # Without a buffer: a reader that went away, or few letters, must not cost the project.
    os.write(sys.stdout.fileno(), text.encode(sys.stdout.encoding, "replace"))


prune()
with contextlib.suppress(AttributeError, OSError, ValueError):  # there may be no console at all
    next_steps()
