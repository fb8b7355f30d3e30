"""One row: created, shown, replaced, changed, deleted."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from flask_modular import Model, db
from modules.api.services import store
from modules.api.tests.probing import Create, is_problem, places

PRODUCTS = "/api/probe/products"
CATEGORIES = "/api/probe/categories"


@pytest.fixture
def tea(create: Create) -> str:
    """Return where a product is."""
    return f"{PRODUCTS}/{create('products', name='Tea', stock=3, price='9.90')['id']}"


def test_a_row_is_created_and_found_where_it_is_said_to_be(client: FlaskClient) -> None:
    created = client.post(PRODUCTS, json={"name": "Tea"})
    assert created.status_code == 201
    shown = client.get(created.headers["Location"])
    assert shown.get_json() == created.get_json()
    assert shown.headers["ETag"] == created.headers["ETag"]


def test_values_come_back_as_they_were_sent(client: FlaskClient, create: Create) -> None:
    sent = {
        "name": "Tè 茶 🍵",
        "text": "</script>\r\nSet-Cookie: a=b",
        "stock": -(2**31),
        "price": "-999999.99",
        "is_new": False,
        "details": {"leaves": [1, 2.5, None, "\ud83d\0"], "\0": {}},
    }
    made = create("products", **sent, sold_at="2026-01-31T12:00:00.123456+02:00")
    shown = client.get(f"{PRODUCTS}/{made['id']}").get_json()
    assert {name: shown[name] for name in sent} == sent
    assert shown["sold_at"] == "2026-01-31T10:00:00.123456+00:00"


def test_only_the_fields_that_are_asked_for_are_shown(client: FlaskClient, tea: str) -> None:
    assert client.get(f"{tea}?fields=price,name").get_json() == {"price": "9.90", "name": "Tea"}
    assert is_problem(client.get(f"{tea}?fields=secret"), 422)


def test_a_row_that_is_known_is_not_sent_again(client: FlaskClient, tea: str) -> None:
    tag = client.get(tea).headers["ETag"]
    again = client.get(tea, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    client.patch(tea, json={"stock": 2})
    assert client.get(tea, headers={"If-None-Match": tag}).status_code == 200


def test_part_of_a_row_has_the_tag_of_the_whole(client: FlaskClient, tea: str) -> None:
    tag = client.get(f"{tea}?fields=name").headers["ETag"]
    assert client.patch(tea, json={"stock": 2}, headers={"If-Match": tag}).status_code == 200


def test_put_replaces_a_row(client: FlaskClient, tea: str) -> None:
    replaced = client.put(tea, json={"name": "Green tea"}).get_json()
    assert (replaced["name"], replaced["stock"], replaced["price"]) == ("Green tea", 0, None)
    assert client.get(tea).get_json() == replaced
    assert places(client.put(tea, json={"stock": 1})) == {"#/name"}


def test_patch_changes_what_it_names(client: FlaskClient, tea: str) -> None:
    before = client.get(tea).get_json()
    changed = client.patch(tea, json={"stock": 7}).get_json()
    assert changed == {**before, "stock": 7} == client.get(tea).get_json()
    assert client.patch(tea, json={"price": None}).get_json()["price"] is None


def test_a_row_is_deleted(client: FlaskClient, tea: str) -> None:
    deleted = client.delete(tea)
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert "Content-Type" not in deleted.headers
    assert is_problem(client.get(tea), 404)
    assert is_problem(client.delete(tea), 404)


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "2147483648", "1.0", "1%00"])
def test_a_row_that_is_not_there_is_not_found(client: FlaskClient, number: str) -> None:
    assert is_problem(client.get(f"{PRODUCTS}/{number}"), 404)
    assert is_problem(client.patch(f"{PRODUCTS}/{number}", json={}), 404)


def test_an_id_is_written_in_digits(client: FlaskClient, create: Create) -> None:
    number = create("products", name="Tea")["id"]
    for spelled in (f"%2B{number}", f"%20{number}", f"{number}.0", f"0_{number}", f"{number}%0A"):
        assert is_problem(client.get(f"{PRODUCTS}/{spelled}"), 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_row_that_somebody_else_has_changed_stays(
    client: FlaskClient, tea: str, method: str
) -> None:
    tag = client.get(tea).headers["ETag"]
    after = client.patch(tea, json={"stock": 2}).get_json()
    refused = client.open(tea, method=method, json={"name": "Mine"}, headers={"If-Match": tag})
    assert is_problem(refused, 412)
    assert client.get(tea).get_json() == after


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_row_that_nobody_else_has_changed_is_changed(
    client: FlaskClient, tea: str, method: str
) -> None:
    headers = {"If-Match": f'"another", {client.get(tea).headers["ETag"]}'}
    changed = client.open(tea, method=method, json={"name": "Mine"}, headers=headers)
    assert changed.status_code in (200, 204)


def test_any_row_fits_a_star_and_none_fits_none(client: FlaskClient, tea: str) -> None:
    assert client.patch(tea, json={}, headers={"If-Match": "*"}).status_code == 200
    assert is_problem(client.patch(tea, json={}, headers={"If-None-Match": "*"}), 412)


def test_a_weak_tag_is_no_permission_to_write(client: FlaskClient, tea: str) -> None:
    weak = {"If-Match": f"W/{client.get(tea).headers['ETag']}"}
    assert is_problem(client.patch(tea, json={"stock": 1}, headers=weak), 412)


def test_what_another_has_already_is_a_conflict(
    client: FlaskClient, create: Create, tea: str
) -> None:
    other = create("products", name="Green tea")
    for refused in (
        client.post(PRODUCTS, json={"name": "Tea"}),
        client.patch(f"{PRODUCTS}/{other['id']}", json={"name": "Tea"}),
    ):
        assert is_problem(refused, 409)
        assert places(refused) == {"#/name"}
    assert client.get(f"{PRODUCTS}/{other['id']}").get_json() == other
    assert client.patch(tea, json={"name": "Tea"}).status_code == 200


def test_a_row_cannot_refer_to_nothing(client: FlaskClient, tea: str) -> None:
    before = client.get(tea).get_json()
    for refused in (
        client.post(PRODUCTS, json={"name": "Cup", "category_id": 99}),
        client.patch(tea, json={"stock": 1, "category_id": 99}),
    ):
        assert is_problem(refused, 409)
        assert places(refused) == {"#/category_id"}
    assert client.get(PRODUCTS).get_json()["items"] == [before]


def test_a_row_that_others_refer_to_stays(client: FlaskClient, create: Create) -> None:
    category = create("categories", name="Green")["id"]
    create("products", name="Sencha", category_id=category)
    assert is_problem(client.delete(f"{CATEGORIES}/{category}"), 409)
    assert client.get(f"{CATEGORIES}/{category}").status_code == 200


def test_a_row_that_refers_to_itself_is_deleted_once_it_no_longer_does(
    client: FlaskClient, create: Create
) -> None:
    number = create("categories", name="Root")["id"]
    here = f"{CATEGORIES}/{number}"
    assert client.patch(here, json={"parent_id": number}).get_json()["parent_id"] == number
    assert is_problem(client.delete(here), 409)
    client.patch(here, json={"parent_id": None})
    assert client.delete(here).status_code == 204


def test_what_only_the_database_refuses_is_refused(app: Flask) -> None:
    with app.test_request_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("SQLite holds texts of any length in any column.")
        [product] = [
            one.class_ for one in Model.registry.mappers if one.class_.__name__ == "Product"
        ]
        with pytest.raises(HTTPException) as error:
            store(product(name="x" * 41))
    assert error.value.get_response().status_code == 422
