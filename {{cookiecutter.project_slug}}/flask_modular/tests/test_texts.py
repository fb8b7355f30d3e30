"""Texts: as they are written where nobody translates."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string

from flask_modular import gettext, lazy_gettext, ngettext


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_values_are_put_in() -> None:
    assert gettext("Hello %(name)s", name="Ada") == "Hello Ada"


def test_a_percent_sign_alone_is_a_percent_sign() -> None:
    assert gettext("100% cotton") == "100% cotton"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 notes"), (1, "1 note"), (2, "2 notes"), (21, "21 notes")]
)
def test_one_is_not_several(number: int, text: str) -> None:
    assert ngettext("%(number)s note", "%(number)s notes", number) == text


def test_a_lazy_text_behaves_like_a_text() -> None:
    text = lazy_gettext("Save %(what)s", what="all")
    assert (f"{text}", text + "!", text.upper(), text == "Save all", len(text)) == (
        "Save all",
        "Save all!",
        "SAVE ALL",
        True,
        8,
    )


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("{{ _('Save') }}", "Save"),
        ("{{ _('Hello %(name)s', name='<b>') }}", "Hello &lt;b&gt;"),
        ("{{ _('100%% of %(name)s', name='it') }}, {{ _('100%%') }}", "100% of it, 100%"),
        ("{{ _('Read %(it)s', it='<b>it</b>'|safe) }}", "Read <b>it</b>"),
        ("{% autoescape false %}{{ _('%(name)s', name='<b>') }}{% endautoescape %}", "<b>"),
        ("{{ ngettext('%(num)s note', '%(num)s notes', 2) }}", "2 notes"),
        ("{% trans %}Read this{% endtrans %}", "Read this"),
        ("{{ lazy }}", "&lt;i&gt;"),
    ],
)
def test_templates_can_use_them(template: str, page: str) -> None:
    assert render_template_string(template, lazy=lazy_gettext("<i>")) == page
