"""The pages of a table: list, details, form, deletion."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from flask_modular import ModularError, db
from flask_modular.html import Page
from modules.accounts.services import Role, User
from modules.admin.services import ModelAdmin

from .conftest import Open


def names(page: Page) -> list[str]:
    """Return what the rows of a list are called."""
    cells = [row.select("a") for body in page.select("tbody") for row in body.select("tr")]
    return [links[0].text for links in cells]


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Role)) or 0


@pytest.fixture
def url(root: str, roles: list[Role]) -> str:
    return f"{root}accounts/role/"


def test_a_list_has_pages_of_the_size_that_is_asked_for(page: Open, url: str) -> None:
    first = page(f"{url}?sort=name")
    assert names(first) == ["everything", *(f"role {number:02}" for number in range(19))]
    assert first.text.count("of 26") == 1
    assert names(first.follow("Next")) == [f"role {number:02}" for number in range(19, 25)]
    assert len(names(first.follow("50"))) == 26


def test_a_list_is_sorted_both_ways(page: Open, url: str) -> None:
    assert names(page(f"{url}?sort=-name"))[0] == "role 24"
    assert names(page(f"{url}?sort=name").follow("Name"))[0] == "role 24"


def test_a_list_is_searched_for_each_word_and_has_no_wildcards(page: Open, url: str) -> None:
    assert names(page(f"{url}?q=24+ROLE")) == ["role 24"]
    assert "Nothing found" in page(f"{url}?q=%25").text


def test_a_list_is_filtered(page: Open, root: str) -> None:
    db.session.add_all([User(email="in@example.com"), User(email="out@example.com", active=False)])
    url = f"{root}accounts/user/"
    assert names(page(f"{url}?filter_active=no")) == ["out@example.com"]
    assert len(names(page(f"{url}?filter_created_at_from=2020-01-01"))) == 3
    assert "Nothing found" in page(f"{url}?filter_created_at_until=2020-01-01").text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=0", 404),
        ("page=-1", 404),
        ("page=99999999999999999999", 404),
        ("size=-5&sort=nothing&q=%00", 200),
        ("sort=permissions", 200),
        ("filter_active=perhaps", 400),
        ("filter_created_at_from=yesterday", 400),
        ("filter_created_at_until=9999-12-31", 400),
    ],
)
def test_what_a_list_cannot_show_is_no_error_of_ours(
    page: Open, root: str, query: str, status: int
) -> None:
    assert page(f"{root}accounts/user/?{query}").status == status


@pytest.mark.parametrize("page_name", ["details", "edit", "delete"])
@pytest.mark.parametrize(
    "key", ["", "0", "x", "1,2", "%00", "1.5", "9999999999", "99999999999999999999"]
)
def test_what_is_not_there_is_not_found(page: Open, root: str, page_name: str, key: str) -> None:
    assert page(f"{root}accounts/role/{page_name}/?id={key}").status == 404


def test_a_row_is_created_and_edited(page: Open, url: str) -> None:
    shown = page(url).follow("New entry").submit({"name": "Editor", "permissions": "notes.*"})
    assert "It was created." in shown.text
    assert shown.select("h1")[0].text == "Editor"
    edited = shown.follow("Edit").submit({"name": "<b>Author</b>"})
    assert "It was saved." in edited.text
    assert edited.select("h1")[0].text == "<b>Author</b>"
    assert "notes.*" in edited.text


@pytest.mark.parametrize("name", ["", "x" * 81, "role 07"])
def test_what_cannot_be_kept_is_said_at_its_field(page: Open, url: str, name: str) -> None:
    refused = page(f"{url}new/").submit({"name": name, "permissions": "notes.*"})
    assert refused.select(id="name")[0].attributes["aria-invalid"] == "true"
    assert "notes.*" in refused.text
    assert count() == 26


def test_what_the_database_refuses_is_said_in_a_sentence(
    page: Open, url: str, roles: list[Role], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_admin.contrib.sqla.validators.Unique.__call__", lambda *_: None)
    refused = page(f"{url}new/").submit({"name": "role 07", "permissions": ""})
    assert "another entry has the same value" in refused.text
    assert "INSERT" not in refused.text


def test_a_row_is_deleted_after_a_question(page: Open, url: str) -> None:
    details = page(f"{url}?q=24").follow("role 24")
    question = details.follow("Delete")
    assert question.follow("Cancel").select("h1")[0].text == "role 24"
    assert "It was deleted." in question.submit().text
    assert count() == 25


def test_many_rows_are_deleted_after_a_question(page: Open, url: str, roles: list[Role]) -> None:
    chosen = {"rowid": [str(role.id) for role in roles[3:6]], "action": "delete"}
    question = page(f"{url}?q=role").submit(chosen)
    assert [one.text for one in question.select("li") if "role" in one.text] == [
        "role 03",
        "role 04",
        "role 05",
    ]
    assert count() == 26
    keys = {"rowid": chosen["rowid"], "confirmed": "1"}
    done = question.submit(keys)
    assert "3 entries were deleted." in done.text
    assert done.url == f"{url}?q=role"
    assert count() == 23


def test_an_action_on_nothing_does_nothing(page: Open, url: str) -> None:
    listed = page(url)
    assert "Nothing was chosen." in listed.submit({"action": "delete"}).text
    assert listed.submit({"action": "deactivate", "rowid": "1"}).status == 400


@pytest.mark.parametrize("target", ["https://evil.example/?", "//evil.example?", "/accounts/?"])
def test_nobody_is_sent_elsewhere(client: FlaskClient, page: Open, url: str, target: str) -> None:
    token = page(url).select(name="csrf_token")[0].attributes["value"]
    data = {"csrf_token": token, "action": "delete", "url": target}
    assert client.post(f"{url}action/", data=data).headers["Location"] == url


def test_secrets_are_on_no_page(page: Open, root: str) -> None:
    user = User(email="ada@example.com", password="hash-of-a-password", fs_uniquifier="uniquely")
    db.session.add(user)
    db.session.commit()
    for path in ("", "?q=ada", f"details/?id={user.id}", f"edit/?id={user.id}"):
        shown = page(f"{root}accounts/user/{path}")
        assert "ada@example.com" in shown.text
        assert not {"hash-of-a-password", "uniquely"} & set(shown.response.text.split('"'))
        assert not shown.select(name="password")


def test_pages_of_no_model_are_refused() -> None:
    class NothingAdmin(ModelAdmin):
        pass

    with pytest.raises(ModularError, match="names no model; write"):
        NothingAdmin("shop")
