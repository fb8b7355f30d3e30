"""Several clients at once: nobody's change is lost, and nothing is carried out twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from flask_modular import db
from modules.api.tests.probing import Create, is_problem, places

PRODUCTS = "/api/probe/products"
Interfere = Callable[[str], None]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return a database that several connections can share, as one in memory cannot."""
    if os.environ.get("TEST_DATABASE_URL"):
        return {}
    return {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path_factory.mktemp('races')}/test.db"}


@pytest.fixture
def tea(create: Create) -> str:
    """Return where a product is."""
    return f"{PRODUCTS}/{create('products', name='Tea')['id']}"


@pytest.fixture
def meanwhile(app: Flask) -> Iterator[Interfere]:
    """Return a function that has a statement run between the reading and the change of a row."""

    def interfere(statement: str) -> None:
        def run() -> None:
            with db.engine.begin() as connection:
                connection.execute(text(statement))

        app.extensions["probe"] = run

    yield interfere
    app.extensions.pop("probe", None)


def at_once(client: FlaskClient, requests: list[dict[str, Any]]) -> list[TestResponse]:
    """Send requests at the same time, each from a client of its own."""
    barrier = Barrier(len(requests))

    def send(options: dict[str, Any]) -> TestResponse:
        mine = client.application.test_client()
        mine.environ_base.update(client.environ_base)
        barrier.wait()
        return mine.open(**options)

    with ThreadPoolExecutor(len(requests)) as pool:
        return [*pool.map(send, requests)]


def test_one_of_those_who_change_the_same_row_wins(client: FlaskClient, tea: str) -> None:
    headers = {"If-Match": client.get(tea).headers["ETag"]}
    requests = [
        {"path": tea, "method": "PATCH", "json": {"stock": number}, "headers": headers}
        for number in range(1, 5)
    ]
    answers = at_once(client, requests)
    assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
    [won] = [one for one in answers if one.status_code == 200]
    assert client.get(tea).get_json() == won.get_json()


def test_a_row_that_is_deleted_meanwhile_is_not_found(
    client: FlaskClient, tea: str, meanwhile: Interfere
) -> None:
    meanwhile("DELETE FROM probe_product")
    assert is_problem(client.patch(tea, json={"stock": 1}), 404)


def test_a_name_that_is_taken_meanwhile_is_a_conflict(
    client: FlaskClient, create: Create, tea: str, meanwhile: Interfere
) -> None:
    create("products", name="Other")
    meanwhile("UPDATE probe_product SET name = 'Taken' WHERE name = 'Other'")
    refused = client.patch(tea, json={"name": "Taken"})
    assert is_problem(refused, 409)
    assert places(refused) == {"#/name"}


def test_a_request_that_is_sent_twice_at_once_is_carried_out_once(client: FlaskClient) -> None:
    request: dict[str, Any] = {
        "path": PRODUCTS,
        "method": "POST",
        "json": {"name": "Tea"},
        "headers": {"Idempotency-Key": "one"},
    }
    answers = at_once(client, [request] * 4)
    created = {one.get_json()["id"] for one in answers if one.status_code == 201}
    waiting = [one for one in answers if one.status_code != 201]
    assert len(created) == 1
    assert all(is_problem(one, 409) and one.headers["Retry-After"] for one in waiting)
    assert client.get(f"{PRODUCTS}?count=true").get_json()["count"] == 1
    assert client.open(**request).headers["Idempotency-Replayed"] == "true"
