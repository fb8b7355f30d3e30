"""Who is signed in, as the session tells."""

from flask.testing import FlaskClient

from modules.accounts.tests.conftest import Bearer


def test_nobody_is_nobody(visitor: FlaskClient) -> None:
    found = visitor.get("/accounts/session").get_json()
    assert found.pop("csrf_token")
    assert found == {"user": None, "permissions": ["*.read"], "scopes": None}


def test_a_session_names_permissions(signed_in: FlaskClient) -> None:
    found = signed_in.get("/accounts/session").get_json()
    assert found["permissions"] == ["*.read", "*.write", "accounts.tokens"]


def test_a_token_has_scopes_and_needs_no_csrf_token(visitor: FlaskClient, bearer: Bearer) -> None:
    found = visitor.get("/accounts/session", headers=bearer("*.read", role=("shop.*",))).get_json()
    assert found["scopes"] == ["*.read"]
    assert "shop.*" in found["permissions"]
    assert "csrf_token" not in found


def test_it_is_not_kept_by_caches(visitor: FlaskClient) -> None:
    assert visitor.get("/accounts/session").headers["Cache-Control"] == "no-store"
