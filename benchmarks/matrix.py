"""The bake matrix: the wall time of `make test`."""

from __future__ import annotations

import subprocess
from time import perf_counter

from .projects import ROOT
from .table import Table

TITLE = "The matrix"
METHOD = "Wall time of `make test`, run once."


def run() -> Table:
    """Run the matrix, and say how long it took."""
    table = Table(TITLE, ("command", "wall time", "result"), METHOD)
    started = perf_counter()
    status = subprocess.run(["make", "test"], cwd=ROOT).returncode
    minutes, seconds = divmod(round(perf_counter() - started), 60)
    table.add("make test", f"{minutes}:{seconds:02}", f"exit status {status}")
    table.meaning.append("The aim is 12 minutes at most, on two cores.")
    return table


def skipped() -> Table:
    """Say how the matrix is measured."""
    table = Table(TITLE, ("command", "wall time"), METHOD)
    table.add("make test", "not run")
    table.meaning.append("It takes minutes: `python -m benchmarks --matrix` runs and times it.")
    return table
