"""The fields and validators that WTForms lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, Form, StringField
from wtforms.fields.core import UnboundField
from wtforms.widgets import TextInput, html_params

from flask_modular import Form as ModularForm
from flask_modular import lazy_gettext
from flask_modular.fields import (
    ChoiceField,
    Digits,
    Email,
    JSONField,
    UTCDateTimeField,
    UUIDField,
    YesNoField,
)
from flask_modular.forms import attributes
from flask_modular.tests.project import Project

FIELDS = {
    "json": JSONField("JSON"),
    "uuid": UUIDField("UUID"),
    "moment": UTCDateTimeField("Moment"),
    "choice": ChoiceField("Choice", values=["draft", "in_review"]),
    "answer": YesNoField("Answer"),
    "price": DecimalField("Price", [Digits(4, 2)]),
    "mail": StringField("Mail", [Email()]),
}


@pytest.mark.parametrize(
    "given",
    [
        {"class_": "wide", "data_x_y": "1", "aria_label": "a b", "name": "n", "for_": "f"},
        {"checked": True, "readonly": False, "value": None, "rows": 3},
        {"value": "\"><script>'&amp;"},
        {"value": Markup('<b title="x">&amp;</b>')},
        {"value": lazy_gettext('"Name"')},
    ],
    ids=["names", "no texts", "hostile", "HTML", "lazy"],
)
def test_attributes_are_written_as_wtforms_does(given: dict[str, Any]) -> None:
    assert attributes(**given) == html_params(**given)


@dataclass
class Unhashable(TextInput):
    """A widget without a hash."""

    kind: str = "own"


class Own(TextInput):
    """A widget that writes its attributes itself."""

    @staticmethod
    def html_params(**given: Any) -> str:
        return f"own={given['name']}"


@pytest.mark.parametrize(
    ("widget", "written"),
    [(Unhashable(), '<input id="a" name="a" type="text" value="">'), (Own(), "<input own=a>")],
)
def test_widgets_of_any_kind_are_drawn_as_they_want(
    project: Project, widget: TextInput, written: str
) -> None:
    kind = type("Kind", (ModularForm,), {"a": StringField(widget=widget)})
    with project.app().test_request_context():
        assert str(kind(meta={"csrf": False}).a()) == written


def entered(field: str, text: str) -> Any:
    """Return a field that somebody has entered a text into."""
    unbound: Any = FIELDS[field]
    assert isinstance(unbound, UnboundField)
    form = type("OneField", (Form,), {field: unbound})(MultiDict({field: text}))
    form.validate()
    return form[field]


@pytest.mark.parametrize(
    ("field", "text", "data"),
    [
        ("json", '{"a": [1, null]}', {"a": [1, None]}),
        ("json", " ", None),
        ("uuid", " 00000000-0000-0000-0000-000000000007 ", UUID(int=7)),
        ("uuid", "", None),
        ("moment", "2026-01-31T12:00", dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)),
        ("moment", "2026-01-31T12:00:30", dt.datetime(2026, 1, 31, 12, 0, 30, tzinfo=dt.UTC)),
        ("choice", "in_review", "in_review"),
        ("choice", "", None),
        ("answer", "true", True),
        ("answer", "false", False),
        ("answer", "", None),
        ("price", "12.50", Decimal("12.50")),
        ("price", "-99.99", Decimal("-99.99")),
        ("price", "1.2300000000", Decimal("1.23")),
        ("price", "0.000", Decimal(0)),
        ("mail", "ada@example.com", "ada@example.com"),
    ],
)
def test_what_fits_is_taken(field: str, text: str, data: object) -> None:
    found = entered(field, text)
    assert not found.errors
    assert found.data == data


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("json", "{'a': 1}", "no valid JSON"),
        ("json", "NaN", "no valid JSON"),
        ("json", "[" * 100_000, "nested deeper than 100 levels"),
        ("uuid", "7", "no UUID"),
        ("moment", "tomorrow", "Not a valid datetime value"),
        ("choice", "deleted", "Not a valid choice"),
        ("price", "100", "at most 2 digits before the point"),
        ("price", "1.234", "at most 2 digits before the point and 2 after"),
        ("price", f"1.{'0' * 30}1", "2 after"),
        ("price", f"9.{'9' * 30}", "2 after"),
        ("price", "1e-999999999999", "2 after"),
        ("price", "1e999999999999", "2 after"),
        ("price", "Infinity", "at most 2 digits before the point"),
        ("mail", "ada@example", "such as ada@example.com"),
        ("mail", "ada@example.com\nBcc: eve@example.com", "such as ada@example.com"),
    ],
)
def test_what_does_not_fit_is_explained(field: str, text: str, message: str) -> None:
    assert message in " ".join(entered(field, text).errors)


def test_json_that_is_wrong_is_shown_as_it_was_entered() -> None:
    assert entered("json", "{'a': 1}")._value() == "{'a': 1}"


def test_choices_are_shown_as_words() -> None:
    assert [choice[1] for choice in entered("choice", "").iter_choices()] == [
        "",
        "Draft",
        "In review",
    ]
