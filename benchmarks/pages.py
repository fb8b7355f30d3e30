"""Pages of a module against the comparable ones of Flask-AppBuilder and of Django."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from .machine import versions
from .measure import interleave, ratio
from .pages_shop import BUILDER, DJANGO, MODULES, PASSWORD, Contender, open_contenders
from .serving import CONNECTIONS, GUNICORN, Server, core, serve
from .shop import EMAIL
from .table import Table, verdict

TITLE = "Pages"
LIBRARIES = ("Flask-AppBuilder", "Django", "gunicorn")
BURSTS = 3  # in each round
COUNT = 80
ROWS = 50
METHOD = (
    "Requests per second of two pages: the one to sign in at, for somebody whom nobody knows, and "
    "a list of 50 of 1,000 products, for somebody who is signed in and keeps cookies. Each "
    "contender has one process on one core under gunicorn (gthread, 4 threads) and a SQLite file "
    f"of its own with the same rows; one client on another core asks on {CONNECTIONS} connections "
    "that stay open. The modules are a full-stack project as it comes and what `flask module new` "
    "wrote; Flask-AppBuilder has a `ModelView`; Django has a `ListView` and a `LoginView`, whose "
    "templates write the same pages as the modules: style, menu, account, the same columns and "
    "links, search, page numbers, translated texts and the choice among three languages, static "
    "files by their digest; and it has its admin. The modules alone write an access log. The 99th "
    f"percentile is of the time until all of {CONNECTIONS} requests that were sent at once are "
    "answered."
)


def run(rounds: int, folder: Path) -> Table:
    """Measure how many pages the contenders answer, and how long the slowest take."""
    columns = ("contender", "requests/s", "99th percentile", "modules to this")
    table = Table(TITLE, columns, METHOD)
    with ExitStack() as stack:
        contenders = open_contenders(folder)
        pages = {
            "sign in": {name: stack.enter_context(opened(one)) for name, one in contenders.items()},
        }
        with core(1):
            pages["list-50"] = {
                name: sign_in(contenders[name], server) for name, server in pages["sign in"].items()
            }
            for page, servers in pages.items():
                asked = {
                    name: partial(server.batches, contenders[name].pages[page], COUNT)
                    for name, server in servers.items()
                }
                compare(table, page, interleave(rounds * BURSTS, asked))
    table.meaning.append(f"With {versions(LIBRARIES)}.")
    return table


@contextmanager
def opened(contender: Contender) -> Iterator[Server]:
    """Serve a contender on one core."""
    with core(0):
        log = contender.project.parent / f"{contender.project.name}.log"
        server = serve(GUNICORN, contender.project, contender.variables, {}, log)
        with server as running:
            yield running


def sign_in(contender: Contender, server: Server) -> Server:
    """Sign in as a browser does, and return the server as somebody who is signed in sees it.

    :raises RuntimeError: where that does not lead to a list with as many rows as there should be.
    """
    path = contender.pages["sign in"]
    page = server.get(path)
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.body.decode())
    names = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in hidden]
    fields = {tag["name"]: unescape(tag.get("value", "")) for tag in names if "name" in tag}
    fields |= {contender.field: EMAIL if contender.field == "email" else "ada"}
    fields["password"] = PASSWORD
    kept = cookies(page.headers)
    answer = server.ask(
        "POST",
        path,
        urlencode(fields),
        Cookie=join(kept),
        Content_Type="application/x-www-form-urlencoded",
        Referer=f"http://127.0.0.1:{server.port}{path}",
    )
    kept |= cookies(answer.headers)
    listed = Server(server.port, {"Cookie": join(kept)}).get(contender.pages["list-50"])
    rows = listed.body.decode().count("product-")
    if listed.status != 200 or rows < ROWS:
        raise RuntimeError(
            f"{contender.project.name}: {answer.status}, {listed.status}, {rows} rows"
        )
    return Server(server.port, {"Cookie": join(kept | cookies(listed.headers))})


def cookies(headers: object) -> dict[str, str]:
    """Return the cookies that an answer sets."""
    found: SimpleCookie = SimpleCookie()
    for line in dict(headers).get("set-cookie", []):  # type: ignore[call-overload]
        found.load(line)
    return {name: morsel.value for name, morsel in found.items()}


def join(cookies: dict[str, str]) -> str:
    """Return the header of cookies."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def compare(table: Table, page: str, results: dict[str, list[list[float]]]) -> None:
    """Add the rows of one page, and what they mean."""
    rates = {name: [COUNT / sum(burst) for burst in bursts] for name, bursts in results.items()}
    slowest = {
        name: quantiles([batch for burst in bursts for batch in burst], n=100)[-1] * 1000
        for name, bursts in results.items()
    }
    for name in results:
        share = ratio(rates[MODULES], rates[name])
        figures = f"{median(rates[name]):,.0f}", f"{slowest[name]:.1f} ms", f"{share:.2f}"
        table.add(f"{page} {name}", *figures)
    for other in (BUILDER, DJANGO):
        share = ratio(rates[MODULES], rates[other])
        table.meaning.append(verdict(f"{page}, against {other}", share, "above 1", met=share > 1))
        share = slowest[other] / slowest[MODULES]
        table.meaning.append(
            verdict(f"{page}, 99th percentile of {other} to ours", share, "above 1", met=share > 1)
        )
