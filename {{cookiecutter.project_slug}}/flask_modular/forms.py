"""The base that forms subclass."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm  # type: ignore[import-untyped]
from wtforms import PasswordField, StringField
from wtforms.form import BaseForm

from .texts import Texts


class Form(FlaskForm):  # type: ignore[misc]
    """Base of every form: Flask-WTF's, with its CSRF token; texts lose blanks at both ends."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Bind every text field, passwords excepted, with a filter; WTForms' texts are texts."""

        def get_translations(self, form: BaseForm) -> Texts:
            """Return what translates WTForms' own messages."""
            return Texts()

        def bind_field(self, form: BaseForm, unbound_field: Any, options: Any) -> Any:
            """Make one field of a form."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                given = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": (strip, *given)}
            return super().bind_field(form, unbound_field, options)


def strip(value: Any) -> Any:
    """Free a text of the blanks at both ends, and of NUL, which PostgreSQL does not store."""
    return value.replace("\0", "").strip() if isinstance(value, str) else value
