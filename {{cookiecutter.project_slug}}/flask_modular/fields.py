"""Fields and validators that WTForms lacks; imported by the forms that use them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import inspect
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.form import BaseForm
from wtforms.validators import Regexp

from .database import Model
from .forms import strip
from .json import loads
from .texts import gettext as _
from .texts import lazy_gettext

_PRINTED = "%Y-%m-%dT%H:%M:%S"


class JSONField(TextAreaField):
    """A text area whose data is what its JSON says."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else json.dumps(self.data, indent=2, ensure_ascii=False)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read JSON; an empty text is None."""
        text = strip(valuelist[0]) if valuelist else ""
        self.data = None
        try:
            self.data = loads(text) if text else None
        except ValueError as error:
            raise ValueError(_("This is no valid JSON: %(reason)s.", reason=error)) from None


class UUIDField(StringField):
    """A text field whose data is a UUID."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a UUID; an empty text is None."""
        text = strip(valuelist[0]) if valuelist else ""
        self.data = None
        try:
            self.data = UUID(text) if text else None  # type: ignore[assignment]
        except ValueError:
            raise ValueError(
                _("This is no UUID, such as 123e4567-e89b-12d3-a456-426614174000.")
            ) from None


class UTCDateTimeField(DateTimeLocalField):
    """A date and time that is entered, shown and kept in UTC, with its time zone."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("description", lazy_gettext("In UTC."))
        super().__init__(*args, **{"format": [_PRINTED, "%Y-%m-%dT%H:%M"], **options})

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a date and time; an empty text is None."""
        super().process_formdata(valuelist)
        self.data = self.data.replace(tzinfo=UTC) if self.data else None


class ChoiceField(SelectField):
    """A select of texts that are shown as words; its data is one of them, or None.

    :param values: what there is to choose from.
    :param blank: offer to choose nothing, and begin with that.
    """

    def __init__(
        self,
        label: str,
        validators: list[Any] | None = None,
        *,
        values: Iterable[str],
        blank: bool = True,
        **options: Any,
    ) -> None:
        words = ((value, value.replace("_", " ").capitalize()) for value in values)
        choices = _choices(words, blank=blank)
        super().__init__(label, validators, coerce=_text_or_none, choices=choices, **options)


class ReferenceField(SelectField):
    """A select of rows of a table; its data is the key of one, or None.

    :param rows: returns what there is to choose from; each is shown as `str` shows it.
    :param key: makes a key from its text.
    """

    def __init__(
        self,
        label: str,
        validators: list[Any] | None = None,
        *,
        rows: Callable[[], Iterable[Model]],
        key: Callable[[str], Any] = int,
        **options: Any,
    ) -> None:
        def coerce(value: Any) -> Any:
            return None if value in ("", None) else key(str(value))

        keys = ((str(inspect(row).mapper.primary_key_from_instance(row)[0]), row) for row in rows())
        choices = _choices((key_, str(row)) for key_, row in keys)
        super().__init__(label, validators, coerce=coerce, choices=choices, **options)


class YesNoField(SelectField):
    """A select of yes, no and nothing; its data is True, False or None."""

    def __init__(self, label: str, validators: list[Any] | None = None, **options: Any) -> None:
        def coerce(value: Any) -> bool | None:
            return None if value in ("", None) else str(value).lower() == "true"

        choices = _choices([("true", _("Yes")), ("false", _("No"))])
        super().__init__(label, validators, coerce=coerce, choices=choices, **options)


def _choices(pairs: Iterable[tuple[str, str]], *, blank: bool = True) -> list[Any]:
    nothing = [SelectChoice("", "")] if blank else []
    return [*nothing, *(SelectChoice(value, label) for value, label in pairs)]


def _text_or_none(value: Any) -> str | None:
    return str(value) if value not in ("", None) else None


class Digits:
    """Check that a decimal number fits its column.

    :param precision: how many digits it has at most.
    :param scale: how many of them stand after the point.
    """

    def __init__(self, precision: int, scale: int) -> None:
        self.whole, self.scale = precision - scale, scale

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Check a field.

        :raises ValidationError: for other numbers, infinite ones among them.
        """
        number: Decimal | None = field.data
        if number is None:
            return
        small = number.is_finite() and number.copy_abs() < 10**self.whole
        if small and _places(number) <= self.scale:
            return
        raise ValidationError(
            _(
                "Write a number with at most %(whole)s digits before the point and "
                "%(scale)s after it.",
                whole=self.whole,
                scale=self.scale,
            )
        )


def _places(number: Decimal) -> int:
    """Return how many digits stand after the point; arithmetic would round them."""
    digits, exponent = number.as_tuple()[1:]
    significant = "".join(map(str, digits)).rstrip("0")
    return -int(exponent) - len(digits) + len(significant) if significant else 0


class Email(Regexp):
    """Check that a text looks like an e-mail address; whether it exists, only a letter can tell."""

    def __init__(self, message: str = "") -> None:
        super().__init__(
            r"[^@\s\"(),:;<>\[\]\\]+@[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)+\Z", 0, message
        )

    def __call__(
        self, form: BaseForm, field: StringField, message: str | None = None
    ) -> re.Match[str]:
        """Check a field.

        :raises ValidationError: for what is no address.
        """
        text = message or self.message or _("Write an address such as ada@example.com.")
        return super().__call__(form, field, text)
