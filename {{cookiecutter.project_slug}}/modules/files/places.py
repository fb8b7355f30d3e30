"""Where contents are, in a folder and in a bucket alike: one can be copied to the other."""

from __future__ import annotations

import re

_is_key = re.compile(r"[\w-]{3,}", re.ASCII).fullmatch


def place(key: str) -> str:
    """Return the path of a content: spread over many folders, none of which gets too full.

    :raises ValueError: for a key that would lead elsewhere.
    """
    if not _is_key(key):
        raise ValueError(f"{key!r} is no key.")
    return f"{key[:2]}/{key}"


def key_at(path: str) -> str | None:
    """Return the key of the content at a path, or nothing for what is none of ours."""
    folder, _, key = path.partition("/")
    return key if _is_key(key) and key[:2] == folder else None
