"""Lists: filtered, searched, sorted, with the fields that are asked for."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from modules.api.tests.probing import Create, is_problem, places

PRODUCTS = "/api/probe/products"


def names(client: FlaskClient, **query: str | int) -> list[str]:
    """Return the names of the products in a list."""
    response = client.get(PRODUCTS, query_string=query)
    assert response.status_code == 200, response.text
    return [one["name"] for one in response.get_json()["items"]]


def test_a_list_is_sorted_by_id_unless_it_is_asked_otherwise(
    client: FlaskClient, create: Create
) -> None:
    made = [create("products", name=name)["id"] for name in ("Oolong", "Assam", "Sencha")]
    assert [row["id"] for row in client.get(PRODUCTS).get_json()["items"]] == made


@pytest.mark.usefixtures("products")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"name": "Tea 3"}, "3"),
        ({"name": "tea 3"}, ""),
        ({"stock": "2"}, "258"),
        ({"stock[gte]": "1", "stock[lte]": "1"}, "147"),
        ({"price": "1.50"}, "1357"),
        ({"price": "1.5", "stock": "0"}, "3"),
        ({"price[null]": "true"}, "048"),
        ({"price[null]": "false", "price[lte]": "1"}, "26"),
        ({"sold_at[gte]": "2026-01-07T13:00:00.25+01:00"}, "68"),
        ({"sold_at": "2026-01-07T12:00:00.25Z"}, "6"),
        ({"is_new": "false"}, ""),
        ({"q": "TEA 7"}, "7"),
        ({"q": "%"}, ""),
        ({"q": "_"}, ""),
        ({"q": "' OR 1=1 --"}, ""),
    ],
)
def test_lists_are_filtered(client: FlaskClient, query: dict[str, str], found: str) -> None:
    assert [name[-1] for name in names(client, **query)] == [*found]


def test_the_search_looks_into_each_of_its_fields(client: FlaskClient, create: Create) -> None:
    create("products", name="Oolong", text="half fermented")
    create("products", name="Half and half")
    create("products", name="Sencha", text="green")
    assert names(client, q="half") == ["Oolong", "Half and half"]


@pytest.mark.parametrize(
    "query",
    [
        "stock=two",
        "stock=99999999999999999999",
        "price=9,95",
        "sold_at=2026-01-01",
        "is_new=yes",
        "sort=text",
        "sort=stock;DROP TABLE probe_product",
        "fields=password",
        "fields=",
        "limit=0",
        "limit=201",
        "limit=x",
        "count=1",
        "offset=10",
        "name[like]=x",
        "q=%00",
    ],
)
def test_what_a_list_does_not_know_is_pointed_at(client: FlaskClient, query: str) -> None:
    response = client.get(f"{PRODUCTS}?{query}")
    assert is_problem(response, 422)
    assert {one.partition(".")[0] for one in places(response)} == {query.partition("=")[0]}


def test_an_unknown_parameter_is_called_one(client: FlaskClient) -> None:
    [error] = client.get(f"{PRODUCTS}?offset=10").get_json()["errors"]
    assert error == {"parameter": "offset", "detail": "There is no such parameter."}


@pytest.mark.usefixtures("products")
def test_only_the_fields_that_are_asked_for_are_shown(client: FlaskClient) -> None:
    page = client.get(f"{PRODUCTS}?fields=name,id&limit=1").get_json()
    assert [*page["items"][0]] == ["name", "id"]


@pytest.mark.usefixtures("products")
def test_rows_are_counted_on_request(client: FlaskClient) -> None:
    assert "count" not in client.get(PRODUCTS).get_json()
    page = client.get(f"{PRODUCTS}?count=true&limit=2&stock=0").get_json()
    assert (page["count"], len(page["items"])) == (3, 2)


@pytest.mark.usefixtures("products")
def test_a_page_is_as_long_as_the_module_says(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROBE_PAGE_SIZE", 4)
    assert len(names(client)) == 4
    assert len(names(client, limit=5)) == 5


@pytest.mark.usefixtures("products")
def test_a_list_that_has_not_changed_is_not_sent_again(client: FlaskClient, create: Create) -> None:
    known = {"If-None-Match": client.get(PRODUCTS).headers["ETag"]}
    assert client.get(PRODUCTS, headers=known).status_code == 304
    create("products", name="Sencha")
    assert client.get(PRODUCTS, headers=known).status_code == 200
