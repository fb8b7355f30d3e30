"""Patterns of permissions."""

import pytest

from flask_modular import ModularError
from modules.accounts.permissions import check_patterns, covers, matches


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("notes.write", "notes.write", True),
        ("notes.write", "notes.writer", False),
        ("notes.*", "notes.write", True),
        ("notes.*", "news.write", False),
        ("*.read", "notes.read", True),
        ("*.read", "notes.read_all", False),
        ("*", "shop.orders.cancel", True),
        ("Notes.*", "notes.write", False),
    ],
)
def test_a_star_stands_for_anything(pattern: str, name: str, expected: bool) -> None:
    assert matches([pattern], name) is expected


@pytest.mark.parametrize(
    ("wider", "narrower", "expected"),
    [
        (["*"], ["notes.*", "*.read"], True),
        (["notes.*"], ["notes.write"], True),
        (["notes.write"], ["notes.*"], False),
        (["*.read"], ["notes.*"], False),
        (["notes.*"], ["*"], False),
        (["notes.read"], [], True),
    ],
)
def test_only_a_star_covers_a_star(wider: list[str], narrower: list[str], expected: bool) -> None:
    assert covers(wider, narrower) is expected


@pytest.mark.parametrize("text", ["", "notes write", "notes.", "[a-z]", "?", "notes.*\n", 7])
def test_what_is_no_pattern_is_named(text: object) -> None:
    with pytest.raises(ModularError, match="is no pattern of permissions"):
        check_patterns("The role", [text])
