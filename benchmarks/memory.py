"""Memory of modules and of a hand-written factory."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from .apps import COUNTS, contenders
from .measure import interleave
from .table import Table

TITLE = "Memory after create_app()"
ROUNDS = 3  # from one process to the next it hardly changes
METHOD = (
    "Resident memory of a fresh process after `create_app()`, and its peak, as Linux says it in "
    "`/proc/self/status`; the projects are those of `create_app()`."
)


def run(rounds: int, folder: Path) -> Table:
    """Measure the memory of applications of some sizes."""
    table = Table(TITLE, ("features", "resident", "peak", "more"), METHOD)
    for count in COUNTS:
        pair = contenders(folder, count)
        del pair["by hand, no collector"]
        results = interleave(min(rounds, ROUNDS), pair)
        base = median(figures["resident"] for figures in results["by hand"])
        for name, figures in results.items():
            resident = median(figure["resident"] for figure in figures)
            peak = median(figure["peak"] for figure in figures)
            more = f"{resident - base:+.1f} MiB"
            table.add(f"{count:,} {name}", f"{resident:.1f} MiB", f"{peak:.1f} MiB", more)
        each = (resident - base) * 1024 / count
        table.meaning.append(f"{count:,} modules: {each:.1f} KiB more for each.")
    return table
