"""`python -m benchmarks [SUBJECT ...]`: measure, and print tables."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from . import api, apps, bake, machine, matrix, memory, pages, starting, throughput
from .measure import workspace
from .table import Table

SUBJECTS: dict[str, Callable[[int, Path], Table]] = {
    "bake": bake.run,
    "apps": apps.run,
    "requests": throughput.run,
    "api": api.run,
    "pages": pages.run,
    "start": starting.run,
    "memory": memory.run,
}
RESULTS = Path(__file__).parent / "RESULTS.md"
INTRODUCTION = """\
# Results

Written by `make bench`. Ratios count, not times: others may be at work on the machine, so
contenders run in turn, forwards and backwards, and figures are medians over the rounds, the best
of them beside.
"""


def main() -> None:
    """Run what the command line asks for; all of it also goes to RESULTS.md."""
    options = arguments()
    if options.profile:
        with workspace() as folder:
            print(*api.profile(options.rounds, folder), sep="\n")
        return
    conditions = f"Measured on {machine.describe()} {options.rounds} rounds. {machine.busy()}"
    print(conditions)
    tables: list[Table] = []
    for name in options.subjects or SUBJECTS:
        with workspace() as folder:
            tables.append(SUBJECTS[name](options.rounds, folder))
        print("", tables[-1].text(), sep="\n")
    if options.matrix or not options.subjects:
        tables.append(matrix.run() if options.matrix else matrix.skipped())
        print("", tables[-1].text(), sep="\n")
    if not options.subjects:
        text = "\n\n".join([INTRODUCTION + "\n" + conditions, *(one.markdown() for one in tables)])
        RESULTS.write_text(text + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--rounds", type=int, default=9, help="how often each is run (9)")
    parser.add_argument("--matrix", action="store_true", help="run and time `make test` too")
    parser.add_argument(
        "--profile",
        action="store_true",
        help="show where `api` takes its time, and measure nothing else",
    )
    options = parser.parse_args()
    for name in options.subjects:
        if name not in SUBJECTS:
            parser.error(f'There is no subject "{name}"; the subjects are {", ".join(SUBJECTS)}.')
    return options


main()
