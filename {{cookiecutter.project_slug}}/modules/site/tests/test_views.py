"""Error pages, and the layout that they share with every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, flash, g, render_template
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import (
    Conflict,
    Forbidden,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
)

from flask_modular.html import Page, parse
from modules.site.views import show_error

ERRORS: list[HTTPException] = [
    Unauthorized(),
    Forbidden(),
    NotFound(),
    MethodNotAllowed(),
    Conflict(),
    RequestEntityTooLarge(),
    TooManyRequests(),
    InternalServerError(),
    ServiceUnavailable(),
]


def render(app: Flask, error: HTTPException, **headers: str) -> str:
    """Return the page of an error."""
    with app.test_request_context("/", headers=headers):
        g.request_id = "abc-123"
        return show_error(error).get_data(as_text=True)


def test_a_page_that_is_not_there_is_said_so(page: Callable[..., Page]) -> None:
    lost = page("/no-such-page")
    assert lost.status == 404
    assert lost.title.startswith("Nothing here · ")
    assert "There is no page at this address." in lost.text


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: str(error.code))
def test_every_error_has_a_page_with_the_request_id(app: Flask, error: HTTPException) -> None:
    html = render(app, error)
    assert f"Error {error.code}" in html
    assert "<code>abc-123</code>" in html


def test_a_refused_form_says_what_to_do(app: Flask) -> None:
    assert "reload the page and send it again" in render(app, CSRFError("The token is missing."))


def test_what_was_deleted_meanwhile_is_a_conflict(app: Flask) -> None:
    with app.test_request_context("/"):
        response = app.make_response(app.handle_user_exception(StaleDataError()))
        assert response.status_code == 409
        assert "changed or deleted meanwhile" in response.get_data(as_text=True)


def test_what_a_view_says_is_shown_and_escaped(app: Flask) -> None:
    assert "No &lt;b&gt; here." in render(app, NotFound("No <b> here."))


def test_a_fault_of_ours_tells_nothing(app: Flask) -> None:
    assert "hunter2" not in render(app, InternalServerError("password=hunter2"))


def test_json_where_the_client_asks_for_it(client: FlaskClient) -> None:
    response = client.get("/no-such-page", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.json is not None
    assert response.json["code"] == 404
    assert response.json["title"] == "Nothing here"


@pytest.mark.parametrize("accept", ["*/*", "text/html,application/json;q=0.9", ""])
def test_a_page_everywhere_else(client: FlaskClient, accept: str) -> None:
    response = client.get("/no-such-page", headers={"Accept": accept})
    assert response.mimetype == "text/html"


def test_the_headers_of_an_error_are_kept(app: Flask) -> None:
    with app.test_request_context("/"):
        response = show_error(MethodNotAllowed(valid_methods=["GET"]))
        assert response.headers["Allow"] == "GET"


def test_an_error_has_a_page_even_when_the_layout_is_broken(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(app.jinja_env.globals, "site_menu", lambda: 1 / 0)
    html = render(app, InternalServerError())
    assert "<h1>Something broke</h1>" in html
    assert "ZeroDivisionError" in caplog.text


def test_the_layout_has_landmarks_and_a_way_past_the_menu(page: Callable[..., Page]) -> None:
    lost = page("/no-such-page")
    assert lost.select("html")[0].attributes["dir"] == "ltr"
    assert lost.links["Skip to content"] == "#main"
    assert [len(lost.select(tag)) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert lost.select("main", id="main")


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(page: Callable[..., Page]) -> None:
    lost = page("/no-such-page")
    assert not lost.select("style")
    assert all(script.attributes["src"].startswith("/") for script in lost.select("script"))
    assert all(link.attributes["href"].startswith("/") for link in lost.select("link"))
    for element in lost.select():
        assert not {"style", "onclick", "onload", "onsubmit"} & element.attributes.keys()


def test_every_asset_of_the_layout_is_there(page: Callable[..., Page], client: FlaskClient) -> None:
    lost = page("/no-such-page")
    urls = [one.attributes["src"] for one in lost.select("script")]
    urls += [one.attributes["href"] for one in lost.select("link")]
    assert any("/theme." in url for url in urls)
    for url in urls:
        with client.get(url) as response:
            assert response.status_code == 200, url


def test_the_theme_can_be_changed(page: Callable[..., Page]) -> None:
    button = page("/no-such-page").select("button", class_="site-theme-button")[0]
    assert button.attributes["data-dark"]
    assert button.text == "Change the theme"


def test_the_title_is_the_configured_one(
    app: Flask, page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SITE_TITLE", 'Chairs & <b>"more"</b>')
    lost = page("/no-such-page")
    assert lost.title.endswith('Chairs & <b>"more"</b>')
    assert lost.select(class_="site-brand")[0].text == 'Chairs & <b>"more"</b>'


def test_messages_say_how_urgent_they_are(app: Flask) -> None:
    with app.test_request_context("/"):
        flash("Saved.", "success")
        flash("Not <saved>.", "error")
        document = parse(render_template("site/layout.html"))
    assert [one.text for one in document.select(role="status")] == ["Saved."]
    assert [one.text for one in document.select(role="alert")] == ["Not <saved>."]
    assert document.select("div", class_="alert-danger")


def test_without_a_page_at_the_root_the_title_is_no_link(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.jinja_env.globals, "site_home", lambda: "")
    with app.test_request_context("/"):
        document = parse(render_template("site/layout.html"))
    assert [one.tag for one in document.select(class_="site-brand")] == ["span"]
