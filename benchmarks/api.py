"""REST endpoints of a module against the same ones written by hand, and with FastAPI."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from .agreement import ITEM, LIST, check_bodies, check_refusals, check_twins
from .costs import differences
from .machine import versions
from .measure import interleave, ratio
from .serving import CONNECTIONS, GUNICORN, UVICORN, Server, core, serve
from .shop import CATEGORIES, PRODUCTS, Shop, open_shop
from .table import Table, verdict

TITLE = "API"
MODULES, HAND, BARE, FAST = "modules", "by hand", "bare Flask, no database", "FastAPI"
EVERYTHING = "modules, as they come"
LIBRARIES = ("FastAPI", "gunicorn", "marshmallow", "pydantic", "uvicorn")
BURSTS = 3  # in each round
ASKED = {"list-50": (LIST, 120), "get-one": (ITEM, 400)}
AIM = 0.9
METHOD = (
    f"Requests per second of `GET {LIST}` (list-50) and `GET {ITEM}` (get-one) with a bearer "
    f"token. One SQLite file with {PRODUCTS:,} products and {CATEGORIES} categories serves all. "
    f"Each contender has one process on one core, Flask under gunicorn (gthread, 4 threads), "
    f"FastAPI under uvicorn (uvloop, httptools); one client on another core asks on {CONNECTIONS} "
    f"connections that stay open. All are up at once and asked in turn. The modules are `api`, "
    f"`mail`, `accounts` and what `flask module new` wrote, with a permission to read; as they "
    f"come adds `ops` with its access log, `tasks`, and rate limits. By hand answers the same "
    f"byte for byte, which is checked before; FastAPI has plain functions as endpoints, as its "
    f"documentation has them for such a database. The ratio is the median over the bursts."
)


def run(rounds: int, folder: Path) -> Table:
    """Measure how many requests the contenders answer."""
    shop = open_shop(folder)
    with open_servers(shop) as servers, core(1):
        check_twins(servers[MODULES], servers[HAND])
        check_refusals([servers[FAST], servers[EVERYTHING]])
        check_bodies({name: servers[name] for name in (MODULES, FAST, EVERYTHING)})
        check_bodies({name: servers[name] for name in (MODULES, BARE)}, (LIST, ITEM))
        table = Table(TITLE, ("contender", "requests/s", "best", "modules to this"), METHOD)
        for name, (path, count) in ASKED.items():
            bursts = {
                contender: partial(server.burst, path, count)
                for contender, server in servers.items()
            }
            compare(table, name, interleave(rounds * BURSTS, bursts))
    table.meaning.append(f"With {versions(LIBRARIES)}.")
    return table


def profile(rounds: int, folder: Path) -> Iterator[str]:
    """Return, line by line, which functions of modules take more than those by hand."""
    return differences(rounds, open_shop(folder), {name: path for name, (path, _) in ASKED.items()})


@contextmanager
def open_servers(shop: Shop) -> Iterator[dict[str, Server]]:
    """Start all contenders."""
    unlimited, unreached = {"FLASK_API_RATE_LIMIT": ""}, {"FLASK_API_RATE_LIMIT": "1000000/minute"}
    contenders = {
        MODULES: ("lean", GUNICORN, unlimited),
        HAND: ("by_hand", GUNICORN, {}),
        BARE: ("bare", GUNICORN, {}),
        FAST: ("fast", UVICORN, {}),
        EVERYTHING: ("full", GUNICORN, unreached),
    }
    servers: dict[str, Server] = {}
    with ExitStack() as stack, core(0):
        for name, (project, command, settings) in contenders.items():
            server = serve(
                command,
                shop.projects[project],
                shop.environment(project, **settings),
                {"Authorization": f"Bearer {shop.token}"},
                shop.folder / f"{project}.log",
            )
            servers[name] = stack.enter_context(server)
            if name == MODULES:  # the bare one answers with what it answers
                write_rows(shop, servers[name])
        yield servers


def write_rows(shop: Shop, server: Server) -> None:
    """Write what is answered without a database."""
    rows = json.loads(server.get(LIST).body)
    rows["items"].append(json.loads(server.get(ITEM).body))
    Path(shop.variables["BENCHMARK_ROWS"]).write_text(json.dumps(rows), encoding="utf-8")


def compare(table: Table, name: str, results: dict[str, list[float]]) -> None:
    """Add the rows of one kind of request, and what they mean."""
    for contender, rates in results.items():
        figures = f"{median(rates):,.0f}", f"{max(rates):,.0f}"
        table.add(f"{name} {contender}", *figures, f"{ratio(results[MODULES], rates):.2f}")
    share = ratio(results[MODULES], results[HAND])
    against = f"{name}, modules against by hand"
    table.meaning.append(verdict(against, share, f"at least {AIM}", met=share >= AIM))
