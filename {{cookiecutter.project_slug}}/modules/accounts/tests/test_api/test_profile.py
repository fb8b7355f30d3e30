"""One's own profile by HTTP."""

import pytest
from flask.testing import FlaskClient

from flask_modular import db
from modules.accounts.services import User
from modules.accounts.tests.conftest import Bearer

URL = "/api/accounts/profile"


def test_people_see_who_they_are(visitor: FlaskClient, ada: User, bearer: Bearer) -> None:
    shown = visitor.get(URL, headers=bearer("notes.read")).get_json()
    assert (shown["id"], shown["email"], shown["name"]) == (ada.id, "ada@example.com", "")
    assert set(shown) == {"id", "email", "name", "created_at"}


def test_a_name_is_changed_with_a_token(visitor: FlaskClient, ada: User, bearer: Bearer) -> None:
    headers = bearer("accounts.write")
    changed = visitor.patch(URL, json={"name": "Ada Lovelace"}, headers=headers)
    assert changed.get_json()["name"] == "Ada Lovelace"
    assert visitor.get(URL, headers=headers).headers["ETag"] == changed.headers["ETag"]
    assert ada.name == "Ada Lovelace"


def test_a_name_is_changed_with_a_session(
    signed_in: FlaskClient, csrf: dict[str, str], ada: User
) -> None:
    assert signed_in.patch(URL, json={"name": "Ada"}).status_code == 400
    assert signed_in.patch(URL, json={"name": "Ada"}, headers=csrf).status_code == 200
    db.session.refresh(ada)
    assert ada.name == "Ada"


@pytest.mark.parametrize("given", [{"email": "eve@example.com"}, {"id": 7}, {"name": "x" * 101}])
def test_nothing_else_is_changed(
    visitor: FlaskClient, ada: User, bearer: Bearer, given: dict[str, object]
) -> None:
    refused = visitor.patch(URL, json=given, headers=bearer())
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.get_json()["errors"]] == [f"#/{next(iter(given))}"]
    db.session.refresh(ada)
    assert (ada.email, ada.name) == ("ada@example.com", "")


def test_what_somebody_else_has_changed_is_not_overwritten(
    visitor: FlaskClient, bearer: Bearer
) -> None:
    headers = bearer()
    before = visitor.get(URL, headers=headers).headers["ETag"]
    assert visitor.patch(URL, json={"name": "Ada"}, headers=headers).status_code == 200
    late = visitor.patch(URL, json={"name": "Eve"}, headers={**headers, "If-Match": before})
    assert late.status_code == 412


def test_nobody_has_no_profile(visitor: FlaskClient, bearer: Bearer) -> None:
    assert visitor.get(URL).status_code == 401
    assert visitor.patch(URL, json={"name": "Eve"}).status_code == 401
    narrow = bearer("notes.*")
    assert visitor.patch(URL, json={"name": "Eve"}, headers=narrow).status_code == 403
