"""Fields for texts: what every database can hold."""

# ruff: noqa: RUF012 - marshmallow declares the messages as attributes of instances

from __future__ import annotations

import re
from typing import Any

from marshmallow import fields, validate

NO_NUL = r"^[^\u0000]*$"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_URL = r"^https?://[A-Za-z0-9\u00a1-\uffff._~%@:\[\]-]+([/?#][!-;=?-~\u00a1-\uffff]*)?$"


def documented(options: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return options of a field with something for the specification."""
    return {**options, "metadata": {**metadata, **options.get("metadata", {})}}


class Text(fields.String):
    """A text that every database can hold: without NUL and without halves of characters."""

    default_error_messages = {
        "nul": "Leave out the character U+0000.",
        "half": "Not a text.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**documented(options, pattern=NO_NUL))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        if "\0" in text:
            raise self.make_error("nul")
        if _SURROGATE.search(text):
            raise self.make_error("half")
        return text


class Email(Text):
    """An e-mail address."""

    def __init__(self, *, max_length: int = 254, **options: Any) -> None:
        checks = [validate.Email(), validate.Length(max=max_length)]
        super().__init__(**documented({"validate": checks, **options}, format="email"))


class Url(Text):
    """An address that a browser may open: http or https."""

    default_error_messages = {"invalid_url": "Not an http or https URL."}

    def __init__(self, *, max_length: int = 2000, **options: Any) -> None:
        check = validate.Length(max=max_length)
        super().__init__(**documented({"validate": check, **options}, pattern=_URL))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if not re.fullmatch(_URL, text):
            raise self.make_error("invalid_url")
        return text
