"""Imports of libraries that take long, and that others can do without."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def import_blocked(name: str) -> Iterator[None]:
    """Hide a library from whoever would import it meanwhile, and can do without it."""
    before = sys.modules.pop(name, None)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before
