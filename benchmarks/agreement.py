"""Whether the contenders answer the same, asserted before anything is measured."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .serving import Answer, Server

LIST, ITEM = "/api/shop/products?limit=50", "/api/shop/products/500"
ASKED = (
    LIST,
    ITEM,
    f"{LIST}&category_id=7&price[gte]=30&count=true",
    f"{LIST}&sort=-sold_at,name&q=product-9",
    f"{LIST}&fields=id,price&sold_at[null]=true",
    f"{ITEM}?fields=name,sold_at",
)
REFUSED = (
    f"{LIST}&limits=1",
    "/api/shop/products?limit=1000",
    f"{LIST}&sort=color",
    f"{LIST}&cursor=nowhere",
    f"{ITEM}?fields=color",
    "/api/shop/products/100000",
)
COMPARED = ("etag", "link", "cache-control", "content-type")


def check_twins(one: Server, other: Server) -> None:
    """Refuse to measure two servers that answer differently: status, body, ETag and links."""
    for path in [*ASKED, *followed(one, LIST), *followed(one, ASKED[3])]:
        first = expect(one, path, 200)
        same(path, first, other.get(path))
        tag = first.headers["etag"][0]
        same(path, one.get(path, If_None_Match=tag), other.get(path, If_None_Match=tag), 304)
    check_refusals([one, other])


def followed(server: Server, path: str) -> list[str]:
    """Return where the links of a list and of its second page lead."""
    second = links(server.get(path))["next"]
    return [second, *links(server.get(second)).values()]


def links(answer: Answer) -> dict[str, str]:
    """Return where an answer leads, by relation."""
    split = [one.split(">; rel=") for one in answer.headers.get("link", [])]
    return {relation.strip('"'): url.lstrip("<") for url, relation in split}


def check_refusals(servers: list[Server]) -> None:
    """Refuse to measure servers that let wrong parameters or tokens pass."""
    statuses = [[server.get(path).status for path in REFUSED] for server in servers]
    if any(found != [422, 422, 422, 404, 422, 404] for found in statuses):
        raise RuntimeError(f"Wrong parameters are answered with {statuses}.")
    for server in servers:
        expect(server, LIST, 401, Authorization=f"{server.credentials['Authorization']}x")
        expect(server, ITEM, 401, Authorization=f"{server.credentials['Authorization']}x")


def check_bodies(servers: Mapping[str, Server], paths: tuple[str, ...] = ASKED) -> None:
    """Refuse to measure servers whose bodies say something else, however they are written."""
    for path in paths:
        bodies = {name: read(expect(server, path, 200)) for name, server in servers.items()}
        first = next(iter(bodies.values()))
        for name, body in bodies.items():
            if body != first:
                raise RuntimeError(f'{path} differs for "{name}": {body} is not {first}.')


def read(answer: Answer) -> object:
    """Return what a body says; `Z` and `+00:00` are two names of one zone."""
    found: object = json.loads(answer.body.replace(b'Z"', b'+00:00"'))
    return found


def expect(server: Server, path: str, status: int, **headers: str) -> Answer:
    """Return an answer that has a status."""
    answer = server.get(path, **headers)
    if answer.status != status:
        raise RuntimeError(
            f"{path} is answered with {answer.status}, not {status}: {answer.body!r}"
        )
    return answer


def same(path: str, one: Answer, other: Answer, status: int = 200) -> None:
    """Refuse two answers that differ, or that have another status."""
    kept = [
        (answer.status, answer.body, [answer.headers.get(name) for name in COMPARED])
        for answer in (one, other)
    ]
    if kept[0] != kept[1] or one.status != status:
        raise RuntimeError(f"{path} is answered with {kept[0]} and with {kept[1]}.")
