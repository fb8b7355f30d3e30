"""JSON of unknown origin."""

from __future__ import annotations

import pytest

from flask_modular.json import loads


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}),
        ('"' + "[" * 500 + '"', "[" * 500),
        (r'["\"[[", "\\"]' + " " * 9, ['"[[', "\\"]),
        ("[" + "[]," * 200 + "[]]", [[]] * 201),
        ("9" * 4000, int("9" * 4000)),
    ],
)
def test_what_the_standard_knows_is_read(text: str, value: object) -> None:
    assert loads(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 101 + "]" * 101, "deeper than 100 levels"),
        ('{"a":' * 100_000, "deeper than 100 levels"),
        (r'"\"[' + "[" * 200, "Unterminated string"),
        ('\\"' * 100_000 + "[" * 101, "Expecting value"),
        ("NaN", "NaN is JavaScript"),
        ("-Infinity", "-Infinity is JavaScript"),
        ("1e999", "a number is too large"),
        ("9" * 5000, "a number is too large"),
        ("", "Expecting value"),
    ],
)
def test_what_is_wrong_is_explained(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        loads(text)
