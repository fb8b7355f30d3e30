"""Start and memory of a whole project against Flask-AppBuilder's and Django's."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from .measure import difference, interleave, probe
from .pages_shop import ADMIN, MODULES, Contender, open_contenders
from .projects import SAMPLES
from .table import Table, verdict

TITLE = "Starting: a whole project"
BARE = "bare Flask application"
AIM = 800
METHOD = (
    "CPU time of a fresh process, with bytecode, until the application is made and could serve, "
    "and the memory that it has then. The projects are those of the pages: full-stack as it comes "
    "and a new module, a `ModelView` of Flask-AppBuilder, and Django with its admin and one "
    "application. Flask-Admin imports two libraries where it finds them; no project of the "
    "template requires them, so they are hidden from it."
)
HIDDEN = "arrow sqlalchemy_utils"  # there for cookiecutter and Flask-AppBuilder


def run(rounds: int, folder: Path) -> Table:
    """Measure what starting takes."""
    contenders = {BARE: Contender(SAMPLES / "pages" / "bare", {}, {}), **open_contenders(folder)}
    del contenders[ADMIN]  # the same project as Django's
    contenders[MODULES] = replace(contenders[MODULES], hidden=HIDDEN)
    starts = {name: partial(start, folder, one) for name, one in contenders.items()}
    results = interleave(rounds, starts)
    columns = ("project", "start", "best", "more than Flask", "memory")
    table = Table(TITLE, columns, METHOD)
    times = {name: [one["start"] for one in found] for name, found in results.items()}
    for name, found in results.items():
        more = difference(times[name], times[BARE])
        memory = median(one["resident"] for one in found)
        figures = f"{median(times[name]):,.0f} ms", f"{min(times[name]):,.0f} ms"
        table.add(name, *figures, f"{more:+,.0f} ms", f"{memory:.0f} MiB")
    more = difference(times[MODULES], times[BARE])
    said = "modules, more than Flask in ms"
    table.meaning.append(verdict(said, more, f"at most {AIM}", met=more <= AIM))
    return table


def start(folder: Path, contender: Contender) -> dict[str, float]:
    """Start a project once."""
    variables = {**contender.variables, "BENCHMARK_HIDDEN": contender.hidden}
    printed = probe(folder, contender.project, "start", **variables)
    figures: dict[str, float] = json.loads(printed.splitlines()[-1])
    return figures
