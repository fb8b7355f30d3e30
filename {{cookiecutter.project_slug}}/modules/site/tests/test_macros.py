"""The macros that pages are built of."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_sqlalchemy.pagination import Pagination
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Optional

from flask_modular import Form
from flask_modular.html import Element, parse

CHOICES: list[Any] = ["Apple", "Bread"]


class Everything(Form):
    """A form with a field of each kind."""

    name = StringField("Name", [DataRequired()], description="As on the <label>.")
    text = TextAreaField("Text", [Optional()])
    day = DateField("Day", [Optional()])
    kind = SelectField("Kind", choices=CHOICES)
    tags = SelectMultipleField("Tags", [DataRequired()], choices=CHOICES)
    size = RadioField("Size", choices=CHOICES)
    agreed = BooleanField("Agreed", [DataRequired()])


class Upload(Form):
    """A form with a file and a button of its own."""

    picture = FileField("Picture")
    send = SubmitField("Send it")


class Numbers(Pagination):
    """Pages of numbers."""

    def _query_items(self) -> list[int]:
        start = (self.page - 1) * self.per_page
        return list(range(start, min(start + self.per_page, self._query_count())))

    def _query_count(self) -> int:
        return int(self._query_args.get("total", 100))


def show(app: Flask, source: str, url: str = "/", **context: Any) -> Element:
    """Render a template that has the macros as `ui`."""
    with app.test_request_context(url):
        for name, value in context.items():
            if isinstance(value, type) and issubclass(value, Form):
                context[name] = value()
        html = render_template_string('{% import "site/macros.html" as ui %}' + source, **context)
    return parse(html)


def refused(app: Flask) -> Element:
    """Render a form that was sent empty."""
    with app.test_request_context("/", method="POST"):
        form = Everything(formdata=MultiDict())
        form.validate()
        source = '{% import "site/macros.html" as ui %}{{ ui.form(form) }}'
        return parse(render_template_string(source, form=form))


@pytest.mark.parametrize("name", ["name", "text", "day", "kind", "tags", "agreed"])
def test_every_field_has_its_label(app: Flask, name: str) -> None:
    form = show(app, "{{ ui.form(form) }}", form=Everything)
    assert len(form.select("label", for_=name)) == 1
    assert len(form.select(id=name)) == 1


def test_radio_buttons_are_a_named_group(app: Flask) -> None:
    group = show(app, "{{ ui.form(form) }}", form=Everything).select("fieldset", id="size")[0]
    assert group.select("legend")[0].text == "Size"
    assert [label.text for label in group.select("label")] == ["Apple", "Bread"]


def test_a_description_belongs_to_its_field_and_is_escaped(app: Flask) -> None:
    form = show(app, "{{ ui.form(form) }}", form=Everything)
    field = form.select("input", id="name")[0]
    assert field.attributes["aria-describedby"] == "name-help"
    assert form.select(id="name-help")[0].text == "As on the <label>."
    assert "aria-invalid" not in field.attributes


def test_a_form_carries_its_token_and_its_buttons(app: Flask) -> None:
    form = show(app, '{{ ui.form(form, "Keep", "/back") }}', form=Everything)
    assert form.select("input", name="csrf_token")
    assert form.select("form")[0].attributes["method"] == "post"
    assert [button.text for button in form.select("button")] == ["Keep"]
    assert form.select("a")[0].attributes["href"] == "/back"


def test_a_form_with_a_file_is_sent_in_parts(app: Flask) -> None:
    form = show(app, "{{ ui.form(form) }}", form=Upload)
    assert form.select("form")[0].attributes["enctype"] == "multipart/form-data"
    assert form.select("input", type="submit")[0].attributes["value"] == "Send it"
    assert not form.select("button")


@pytest.mark.parametrize("name", ["name", "tags", "agreed"])
def test_a_message_belongs_to_its_field(app: Flask, name: str) -> None:
    form = refused(app)
    field = form.select(id=name)[0]
    assert field.attributes["aria-invalid"] == "true"
    assert f"{name}-error" in field.attributes["aria-describedby"].split()
    assert form.select(id=f"{name}-error")[0].text == "This field is required."


def test_what_is_wrong_is_summed_up_with_links(app: Flask) -> None:
    summary = refused(app).select(role="alert")[0]
    assert {link.attributes["href"] for link in summary.select("a")} >= {"#name", "#tags"}
    assert "Name: This field is required." in summary.text.replace(" :", ":")


def test_pagination_keeps_the_query(app: Flask) -> None:
    page = Numbers(page=3, per_page=10)
    nav = show(app, "{{ ui.pagination(page) }}", "/?q=x&page=3", page=page)
    assert [one.text for one in nav.select(aria_current="page")] == ["Page 3"]
    assert nav.select("a", rel="next")[0].attributes["href"].endswith("?q=x&page=4")
    assert "30 of 100" in nav.text


def test_a_single_page_needs_no_pagination(app: Flask) -> None:
    page = Numbers(page=1, per_page=10, total=7)
    assert show(app, "{{ ui.pagination(page) }}", page=page).text == ""


@pytest.mark.parametrize(
    ("query", "order", "leads_to"),
    [("", None, "sort=name"), ("sort=name", "ascending", "sort=-name"),
     ("sort=-name", "descending", "sort=name")],
)  # fmt: skip
def test_a_heading_sorts_and_says_how(
    app: Flask, query: str, order: str | None, leads_to: str
) -> None:
    heading = show(app, '{{ ui.sortable("Name", "name") }}', f"/?{query}").select("th")[0]
    assert heading.attributes.get("aria-sort") == order
    assert heading.select("a")[0].attributes["href"].endswith("?" + leads_to)


def test_a_search_keeps_the_order_and_forgets_the_page(app: Flask) -> None:
    form = show(app, "{{ ui.search('<x>') }}", "/?q=<x>&sort=name&page=3")
    sent = {one.attributes["name"]: one.attributes["value"] for one in form.select("input")}
    assert sent == {"sort": "name", "q": "<x>"}


def test_deleting_is_asked_for_with_a_token(app: Flask) -> None:
    form = show(app, "{{ ui.confirm_delete('<Chair>', '/chairs') }}")
    assert form.select("h1")[0].text == "Delete “<Chair>”?"
    assert form.select("input", name="csrf_token")[0].attributes["value"]
    assert form.select("a")[0].attributes["href"] == "/chairs"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        ("", "—"),
        (0, "0"),
        (True, "yes"),
        (False, "no"),
        ("<b>", "<b>"),
        ({"a": [1]}, '{"a": [1]}'),
    ],
)
def test_values_are_for_people(app: Flask, value: object, text: str) -> None:
    assert show(app, "{{ ui.value(value) }}", value=value).text == text


def test_a_moment_is_shown_and_says_when_it_is(app: Flask) -> None:
    moment = datetime.datetime(2026, 3, 1, 8, 30, tzinfo=datetime.UTC)
    shown = show(app, "{{ ui.value(moment) }}", moment=moment).select("time")[0]
    assert "2026" in shown.text
    assert shown.attributes["datetime"] == "2026-03-01T08:30:00+00:00"


def test_the_trail_ends_here(app: Flask) -> None:
    trail = show(app, '{{ ui.breadcrumb([("Shop", "/shop"), ("Chair", none)]) }}')
    assert [one.text for one in trail.select(aria_current="page")] == ["Chair"]
    assert [one.text for one in trail.select("a")] == ["Shop"]


def test_an_empty_list_offers_the_first_step(app: Flask) -> None:
    empty = show(app, '{{ ui.empty("No chairs yet", url="/new", label="New chair") }}')
    assert empty.select("a")[0].attributes["href"] == "/new"


def test_what_is_still_loading_says_so_and_keeps_its_place(app: Flask) -> None:
    loading = show(app, "{{ ui.skeleton(lines=2) }}")
    assert loading.text == "Loading …"
    assert len(loading.select("p", class_="skeleton", aria_hidden="true")) == 2
    assert loading.select("div", aria_busy="true")
