"""Running what is measured: in fresh processes, in turn, and what is made of the figures."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TypeVar

PROBES = Path(__file__).parent / "probes"

T = TypeVar("T")


@contextmanager
def workspace() -> Iterator[Path]:
    """Make a folder for what is measured, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="benchmarks-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def interleave(rounds: int, contenders: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Run the contenders in turn, round after round: a busy moment of the machine meets them all.

    One more round goes first and does not count; it leaves bytecode and warm file caches behind.

    :param rounds: every second one goes backwards, so that nobody is always first.
    """
    results: dict[str, list[T]] = {name: [] for name in contenders}
    for run in contenders.values():
        run()
    for number in range(rounds):
        for name in list(contenders)[:: -1 if number % 2 else 1]:
            results[name].append(contenders[name]())
    return results


def ratio(values: Sequence[float], baseline: Sequence[float]) -> float:
    """Return the median of the ratios of each round, whose two figures saw the same machine."""
    return median(value / base for value, base in zip(values, baseline, strict=True))


def difference(values: Sequence[float], baseline: Sequence[float]) -> float:
    """Return the median of the differences of each round."""
    return median(value - base for value, base in zip(values, baseline, strict=True))


def environment(folder: Path, project: Path | None = None) -> dict[str, str]:
    """Return the environment of a measured process.

    :param folder: the workspace; bytecode is kept there, whatever the caller's environment says.
    :param project: whose Python files are imported.
    """
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    variables["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    variables["PYTHONHASHSEED"] = "0"
    if project is not None:
        variables["PYTHONPATH"] = str(project)
    return variables


def probe(folder: Path, project: Path, name: str, **variables: str) -> str:
    """Run a probe in a project's folder, and return what it prints.

    :param variables: further environment variables.
    """
    done = subprocess.run(
        [sys.executable, PROBES / f"{name}.py"],
        cwd=project,
        env=environment(folder, project) | variables,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout
