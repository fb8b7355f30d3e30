"""Runs in a fresh process, in a project's folder: what each function takes of a request, as JSON.

The token comes from the environment. CPU time of one request in microseconds, without and with
the profiler; then the functions' own share of the latter.
"""

import cProfile
import json
import os
import pstats
import sys
from pathlib import Path
from time import process_time

from werkzeug.test import create_environ

from app import create_app

WARM, COUNT, BURSTS = 50, 300, 20
app = create_app()


def name_of(function: tuple[str, int, str]) -> str:
    """Return a function's name, with the file that it is in as its importers call it."""
    path, _, name = function
    roots = sorted((one for one in sys.path if one and path.startswith(one)), key=len)
    file = Path(path).relative_to(roots[-1]) if roots else Path(path)
    return f"{file} {name}" if path != "~" else name.partition(" at 0x")[0]


def start_response(status: str, headers: object, exc_info: object = None) -> None:
    """Take the head of a response; anything but a success ends the process."""
    if not status.startswith("200"):
        sys.exit(f"It answered {status}.")


def ask(environ: dict[str, object], count: int) -> float:
    """Make some requests, as a server does, and return what one of them took."""
    started = process_time()
    for _ in range(count):
        response = app(environ.copy(), start_response)
        for _ in response:
            pass
        response.close()
    return (process_time() - started) / count * 1_000_000


headers = {"Authorization": f"Bearer {os.environ['BENCHMARK_TOKEN']}"}
environ = create_environ(os.environ["BENCHMARK_URL"], "http://localhost/", headers=headers)
ask(environ, WARM)
plain = min(ask(environ, COUNT // BURSTS) for _ in range(BURSTS))
profile = cProfile.Profile()
profile.enable()
profiled = ask(environ, COUNT)
profile.disable()

functions: dict[str, list[float]] = {}
for function, (_, calls, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
    entry = functions.setdefault(name_of(function), [0.0, 0.0])
    entry[0] += calls / COUNT
    entry[1] += own / COUNT * 1_000_000
print(json.dumps({"plain": plain, "profiled": profiled, "functions": functions}))
