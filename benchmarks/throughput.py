"""Requests through a registered view against the same view on a bare application."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from .measure import PROBES, environment, interleave, ratio
from .projects import SAMPLES, write_greeting
from .table import Table, verdict

TITLE = "Requests"
URL = "/greeting/Ada"
BARE, HAND, KERNEL = "bare Flask application", "by hand", "modules, the kernel alone"
BURSTS, REQUESTS = 12, 400
METHOD = (
    f"CPU time of one WSGI call inside the process, for a view that returns a little JSON. Each "
    f"round starts a fresh process of each, asks them in turn for {BURSTS} bursts of {REQUESTS} "
    f"requests, and keeps the best burst of each; throughput is the median over the rounds of "
    f"what that is in proportion to the bare application. By hand means one blueprint and "
    f"Flask-SQLAlchemy: Flask looks at the blueprint before each request, and Flask-SQLAlchemy "
    f"ends its session after it, with or without modules."
)


def run(rounds: int, folder: Path) -> Table:
    """Measure what a request takes."""
    table = Table(TITLE, ("application", "one request", "best", "throughput"), METHOD)
    projects = {
        BARE: SAMPLES / "requests" / "bare",
        HAND: SAMPLES / "requests" / "by_hand",
        KERNEL: write_greeting(folder / "kernel"),
        "modules with ops, no access log": write_greeting(
            folder / "quiet", ["ops"], "[ops]\nconfig = { access_log = false }\n"
        ),
        "modules with ops": write_greeting(folder / "ops", ["ops"]),
    }
    results = serve(rounds, folder, projects)
    for name, times in results.items():
        share = 1 / ratio(times, results[BARE])
        table.add(name, f"{median(times):.1f} µs", f"{min(times):.1f} µs", f"{share:.3f}")
    for other in (BARE, HAND):
        share = 1 / ratio(results[KERNEL], results[other])
        against = f"The kernel alone against {other}"
        table.meaning.append(verdict(against, share, "at least 0.98", met=share >= 0.98))
    return table


def serve(rounds: int, folder: Path, projects: Mapping[str, Path]) -> dict[str, list[float]]:
    """Return the best time of one request, in microseconds, for each round and project."""
    results: dict[str, list[float]] = {name: [] for name in projects}
    for _ in range(rounds):
        with ExitStack() as stack:
            servers = {
                name: partial(_ask, stack.enter_context(_server(folder, project)))
                for name, project in projects.items()
            }
            for name, times in interleave(BURSTS, servers).items():
                results[name].append(min(times))
    return results


@contextmanager
def _server(folder: Path, project: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, PROBES / "serve.py"],
        cwd=folder,
        env=environment(folder, project) | {"BENCHMARK_URL": URL},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # where access logs go
        text=True,
    )
    try:
        yield process
    finally:
        process.communicate()  # the end of its input ends it


def _ask(server: subprocess.Popen[str]) -> float:
    if server.stdin is None or server.stdout is None:
        raise RuntimeError("A server was started without pipes.")
    print(REQUESTS, file=server.stdin, flush=True)
    return float(server.stdout.readline())
