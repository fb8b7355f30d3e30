"""Move the pinned versions in `requirements/`: `python -m flask_modular.tools.upgrade`."""

import subprocess
import sys
from pathlib import Path


def upgrade(root: Path) -> None:
    """Pin the newest versions that fit together, for running the project and for work on it."""
    run, dev = root / "requirements/run.txt", root / "requirements/dev.txt"
    everything = compile_pins(root, "--upgrade", "--group", "dev")
    dev.write_text(everything, encoding="utf-8", newline="\n")
    needed = compile_pins(root, "--constraints", str(dev))
    rest = [line for line in everything.splitlines() if line not in needed.splitlines()]
    run.write_text(needed, encoding="utf-8", newline="\n")
    dev.write_text("\n".join(["-r run.txt", *rest, ""]), encoding="utf-8", newline="\n")


def compile_pins(root: Path, *options: str) -> str:
    """Return what uv resolves `pyproject.toml` to, on every platform, as lines of pins."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--quiet"]
    command += ["--no-header", "--no-annotate", *options, "pyproject.toml"]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, encoding="utf-8")  # noqa: S603
    if done.returncode:
        sys.exit(done.returncode)  # uv has said why
    return done.stdout


if __name__ == "__main__":
    upgrade(Path.cwd())
