"""`Page`: what a browser without scripts sees and sends."""

from __future__ import annotations

import pytest
from flask import Flask, redirect, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from flask_modular.html import Page, parse

FORM = """<!doctype html><title> A form </title><script>no text</script>
<h1 class="big red">Hello</h1><p>one<br>two</p><a href="next?x=1">Next <b>page</b></a>
<form action="/search"><input name="q" value="all"></form>
<form method="post"><input type="hidden" name="csrf_token" value="secret">
<input name="name" value="Ada"><input type="checkbox" name="a" checked>
<input type="checkbox" name="b"><input type="radio" name="c" value="1">
<input type="radio" name="c" value="2" checked><input type="submit" name="go" value="Go">
<textarea name="text">some\ntext</textarea>
<select name="one"><option value="1">I</option>
<option value="2" selected>II</option></select>
<select name="many" multiple><option selected>x</option>
<option selected>y</option></select></form>"""


@pytest.fixture
def browser() -> FlaskClient:
    app = Flask(__name__)

    @app.get("/")
    def form() -> str:
        return FORM

    @app.get("/framed")
    def framed() -> str:
        form = '<form method="post" action="/{}"></form>'
        return f"<header>{form.format('out')}</header><main>{form.format('in')}</main>"

    @app.post("/")
    def send() -> ResponseReturnValue:
        given = dict(request.form.lists())
        return redirect(f"/next?sent={sorted(given.items())}")

    @app.get("/next")
    def after() -> str:
        return f"<h1>{request.args.get('sent', 'Next')}</h1>"

    return app.test_client()


def test_a_page_has_status_title_and_text(browser: FlaskClient) -> None:
    page = Page.open(browser, "/")
    assert (page.status, page.title, page.url) == (200, "A form", "/")
    assert page.text.startswith("Hello one two Next page")
    assert "no text" not in page.text


def test_elements_are_found_by_tag_and_attributes(browser: FlaskClient) -> None:
    page = Page.open(browser, "/")
    assert [one.text for one in page.select("h1", class_="red")] == ["Hello"]
    assert page.select("h1", class_="blue") == []
    assert len(page.select("input", type="radio")) == 2


def test_links_are_followed(browser: FlaskClient) -> None:
    page = Page.open(browser, "/")
    assert page.links == {"Next page": "next?x=1"}
    assert page.follow("Next page").text == "Next"


def test_a_form_sends_what_a_browser_would(browser: FlaskClient) -> None:
    sent = Page.open(browser, "/").submit()
    for expected in ("'csrf_token', ['secret']", "'name', ['Ada']", "'a', ['on']", "'c', ['2']"):
        assert expected in sent.response.request.args["sent"]
    assert "'many', ['x', 'y']" in sent.response.request.args["sent"]
    assert "'b'" not in sent.response.request.args["sent"]
    assert "'go'" not in sent.response.request.args["sent"]


def test_a_form_is_filled_in(browser: FlaskClient) -> None:
    sent = Page.open(browser, "/").submit({"name": "Grace", "a": None, "one": "1"})
    assert "'name', ['Grace']" in sent.response.request.args["sent"]
    assert "'a'" not in sent.response.request.args["sent"]


def test_the_form_of_the_content_comes_before_that_of_the_header(browser: FlaskClient) -> None:
    page = Page.open(browser, "/framed")
    assert page.form().attributes["action"] == "/in"
    assert page.form("/out").attributes["action"] == "/out"


def test_what_is_not_there_is_named(browser: FlaskClient) -> None:
    page = Page.open(browser, "/next")
    with pytest.raises(AssertionError, match='"/next" has no form that posts'):
        page.submit()
    with pytest.raises(AssertionError, match='"/next" has no link "Back"'):
        page.follow("Back")


def test_markup_that_is_not_closed_is_read_all_the_same() -> None:
    root = parse("<ul><li>a <li>b</ul></div><p>c")
    assert root.text == "a b c"
