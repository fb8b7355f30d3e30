"""Which module a table belongs to."""

from __future__ import annotations

from collections.abc import Collection


def owner(table: str, modules: Collection[str]) -> str | None:
    """Return the longest module name that prefixes a table's name, or None.

    :param modules: the names to choose from; a set or a mapping is looked up fast.
    """
    name, underscore, _ = table.rpartition("_")
    while underscore and name not in modules:
        name, underscore, _ = name.rpartition("_")
    return name if underscore else None
