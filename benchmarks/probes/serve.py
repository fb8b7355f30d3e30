"""Runs in a fresh process, in a project's folder: what requests take, in bursts on demand.

Each line on standard input asks for a burst of that many requests; the answer is the CPU time of
one of them in microseconds.
"""

import os
import sys
from time import process_time

from werkzeug.test import create_environ

from app import create_app

app = create_app()
environ = create_environ(os.environ["BENCHMARK_URL"], "http://localhost/")


def start_response(status: str, headers: object, exc_info: object = None) -> None:
    """Take the head of a response; anything but a success ends the process."""
    if not status.startswith("200"):
        sys.exit(f"{environ['PATH_INFO']} answered {status}.")


def request() -> None:
    """Make one request, as a server does."""
    response = app(environ.copy(), start_response)
    for _ in response:
        pass
    if hasattr(response, "close"):
        response.close()


for line in sys.stdin:
    count = int(line)
    started = process_time()
    for _ in range(count):
        request()
    print((process_time() - started) / count * 1_000_000, flush=True)
