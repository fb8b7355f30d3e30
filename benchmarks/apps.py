"""`create_app()` of modules against a hand-written factory."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from .measure import difference, interleave, probe, ratio
from .projects import names, write_factory, write_modular
from .table import Table, verdict

TITLE = "Starting: create_app()"
COUNTS = (10, 100, 1000)
METHOD = (
    "Both have the same blueprints, routes (five each), models and templates, import the same "
    "number of Python files with bytecode, and the same libraries. Each figure is CPU time in a "
    "fresh process; `import` is what `from app import create_app` takes before, libraries "
    "included. The ratio and the difference are medians over rounds in which all ran. While the "
    "kernel loads modules it keeps Python's garbage collector off; the factory does the same in "
    "the row that says so."
)


def run(rounds: int, folder: Path) -> Table:
    """Measure how long applications of some sizes take to start."""
    columns = ("features", "import", "create_app()", "best", "ratio", "difference")
    table = Table(TITLE, columns, METHOD)
    for count in COUNTS:
        compare(table, count, rounds if count < 1000 else max(3, rounds // 3), folder)
    return table


def contenders(folder: Path, count: int) -> dict[str, Callable[[], dict[str, float]]]:
    """Write both projects with a number of features, and return what starts them."""
    factory = write_factory(folder / f"factory-{count}", names(count))
    modular = write_modular(folder / f"modular-{count}", names(count))
    return {
        "by hand": partial(_create, folder, factory),
        "by hand, no collector": partial(_create, folder, factory, collector="off"),
        "modules": partial(_create, folder, modular),
    }


def _create(folder: Path, project: Path, collector: str = "on") -> dict[str, float]:
    printed = probe(folder, project, "create", BENCHMARK_COLLECTOR=collector)
    figures: dict[str, float] = json.loads(printed)
    return figures


def compare(table: Table, count: int, rounds: int, folder: Path) -> None:
    """Add the rows of a number of features, and what they mean."""
    results = interleave(rounds, contenders(folder, count))
    times = {name: [run["create"] for run in runs] for name, runs in results.items()}
    base = times["by hand"]
    for name, figures in results.items():
        values = times[name]
        table.add(
            f"{count:,} {name}, {figures[0]['routes']:,.0f} routes",
            f"{median(figure['import'] for figure in figures):,.0f} ms",
            f"{median(values):,.1f} ms",
            f"{min(values):,.1f} ms",
            f"{ratio(values, base):.3f}",
            f"{difference(values, base):+,.1f} ms",
        )
    table.meaning.append(judge(count, times["modules"], base))


def judge(count: int, values: list[float], base: list[float]) -> str:
    """Say whether modules meet the aim: milliseconds for few, a ratio for many."""
    if count == COUNTS[0]:
        more = difference(values, base)
        return verdict(f"{count} features, more in ms", more, "at most 5", met=more <= 5)
    times = ratio(values, base)
    return verdict(f"{count:,} features, ratio", times, "at most 1.05", met=times <= 1.05)
