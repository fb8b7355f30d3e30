"""Lists cut into pages: each row once, whatever comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from modules.api.tests.probing import Create, is_problem, places

PRODUCTS = "/api/probe/products"
ORDERS = ["id", "-id", "name", "stock", "-stock", "price", "-price", "-sold_at,stock", "sold_at"]


def pages(client: FlaskClient, **query: Any) -> Iterator[dict[str, Any]]:
    """Yield the pages of a list, by their cursors."""
    for _ in range(20):
        response = client.get(PRODUCTS, query_string=query)
        assert response.status_code == 200, response.text
        yield response.get_json()
        if (cursor := response.get_json()["next"]) is None:
            return
        query["cursor"] = cursor
    raise AssertionError("There is no last page.")


def links(client: FlaskClient, url: str) -> dict[str, str]:
    """Return where a page's `Link` headers lead."""
    found = client.get(url).headers.getlist("Link")
    return {rel[5:-1]: url[1:-1] for url, _, rel in (one.partition("; ") for one in found)}


def expected(rows: list[dict[str, Any]], sort: str) -> list[int]:
    """Return the ids of rows as they should be sorted: those without a value last."""
    for field in reversed([*sort.split(","), "id"]):
        name = field.lstrip("-")
        there = [row for row in rows if row[name] is not None]
        there.sort(key=lambda row, name=name: row[name], reverse=field[0] == "-")  # type: ignore[misc]
        rows = there + [row for row in rows if row[name] is None]
    return [row["id"] for row in rows]


def followed(client: FlaskClient, url: str, rel: str) -> list[str]:
    """Return the pages that one gets to by one kind of link."""
    urls = [url]
    while rel in (found := links(client, urls[-1])) and len(urls) < 20:
        urls.append(found[rel])
    return urls


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.usefixtures("products")
def test_pages_hold_each_row_once_in_order(client: FlaskClient, sort: str) -> None:
    whole = client.get(PRODUCTS).get_json()["items"]
    found = [row["id"] for page in pages(client, sort=sort, limit=2) for row in page["items"]]
    assert found == expected(whole, sort)


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.usefixtures("products")
def test_the_way_back_shows_the_same_pages(client: FlaskClient, sort: str) -> None:
    there = followed(client, f"{PRODUCTS}?limit=2&sort={sort}", "next")
    back = followed(client, there[-1], "prev")

    def shown(urls: list[str]) -> list[list[int]]:
        return [[row["id"] for row in client.get(one).get_json()["items"]] for one in urls]

    assert shown(back) == [*reversed(shown(there))]
    assert len(back) == 5


@pytest.mark.usefixtures("products")
def test_links_keep_what_was_asked_for(client: FlaskClient) -> None:
    first = f"{PRODUCTS}?limit=2&stock[gte]=1&fields=id,name"
    found = links(client, links(client, first)["next"])
    assert [*found] == ["first", "next", "prev"]
    begin = client.get(found["first"]).get_json()
    assert begin == client.get(first).get_json()
    assert begin == client.get(found["prev"]).get_json()


def test_a_list_of_one_page_has_no_links(client: FlaskClient, create: Create) -> None:
    create("products", name="Tea")
    assert links(client, PRODUCTS) == {}
    assert client.get(PRODUCTS).get_json()["next"] is None


def test_rows_that_come_and_go_shift_no_page(
    client: FlaskClient, create: Create, products: list[dict[str, Any]]
) -> None:
    seen = []
    for number, page in enumerate(pages(client, sort="-stock,name", limit=2)):
        seen += [row["name"] for row in page["items"]]
        create("products", name=f"Early {number}", stock=9)
        here = {row["name"]: row["id"] for row in products}
        client.delete(f"{PRODUCTS}/{here[seen[-1]]}")  # the one that the cursor stands for
    assert seen == [
        row["name"] for row in sorted(products, key=lambda row: (-row["stock"], row["name"]))
    ]


@pytest.mark.parametrize("cursor", ["x", "WyJpZCIsMCxbMV1d.xyz", "%00", "a" * 3000, "é"])
def test_a_cursor_that_nobody_gave_is_refused(client: FlaskClient, cursor: str) -> None:
    response = client.get(f"{PRODUCTS}?cursor={cursor}")
    assert is_problem(response, 422 if cursor in ("%00", "a" * 3000) else 404)
    assert places(response) == {"cursor"}


@pytest.mark.usefixtures("products")
def test_a_cursor_of_another_list_is_refused(client: FlaskClient, create: Create) -> None:
    [first, *_] = pages(client, sort="stock", limit=2)
    for query in ({}, {"sort": "-stock"}, {"sort": "stock,name"}):
        assert is_problem(
            client.get(PRODUCTS, query_string={**query, "cursor": first["next"]}), 404
        )
    [by_id, *_] = pages(client, limit=2)
    create("categories", name="Green")
    other = client.get("/api/probe/categories", query_string={"cursor": by_id["next"]})
    assert is_problem(other, 404)
