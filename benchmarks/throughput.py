"""Requests through a registered view against the same view on a bare application."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from .measure import PROBES, environment, interleave, ratio
from .projects import SAMPLES, write_greeting
from .serving import CONNECTIONS, GUNICORN, Server, core
from .serving import serve as gunicorn
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
    f"ends its session after it, with or without modules. Under gunicorn (gthread, 4 threads, one "
    f"process on one core, asked from another on {CONNECTIONS} connections that stay open) it is "
    f"wall time that counts, which is what somebody who asks sees."
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
    compare(table, "", serve(rounds, folder, projects))
    compare(table, ", under gunicorn", serve_with_gunicorn(rounds, folder, projects))
    return table


def compare(table: Table, where: str, results: dict[str, list[float]]) -> None:
    """Add the rows of what was measured in one way, and what they mean."""
    for name, times in results.items():
        share = 1 / ratio(times, results[BARE])
        table.add(name + where, f"{median(times):.1f} µs", f"{min(times):.1f} µs", f"{share:.3f}")
    for other in (BARE, HAND):
        share = 1 / ratio(results[KERNEL], results[other])
        against = f"The kernel alone against {other}{where}"
        table.meaning.append(verdict(against, share, "at least 0.98", met=share >= 0.98))


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


def serve_with_gunicorn(
    rounds: int, folder: Path, projects: Mapping[str, Path]
) -> dict[str, list[float]]:
    """Return the time of one request, in microseconds, for each burst and project."""
    with ExitStack() as stack:
        with core(0):
            servers = {
                name: stack.enter_context(_served(folder, projects[name])) for name in projects
            }
        with core(1):
            bursts = {name: partial(one.burst, URL, REQUESTS) for name, one in servers.items()}
            rates = interleave(rounds * BURSTS, bursts)
    return {name: [1_000_000 / rate for rate in found] for name, found in rates.items()}


def _served(folder: Path, project: Path) -> AbstractContextManager[Server]:
    log = folder / f"{project.name}.log"
    return gunicorn(GUNICORN, project, environment(folder, project), {}, log)


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
