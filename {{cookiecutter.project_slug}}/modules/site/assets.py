"""Static files whose URLs change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from flask import Flask
from werkzeug.security import safe_join


def fingerprint(app: Flask, endpoint: str, filename: str) -> str | None:
    """Return a digest of the content of a static file, or None where there is no such file.

    Only in development are files looked at again: elsewhere they change with a new server.

    :param endpoint: of the static files, of the application or of a blueprint.
    """
    owner = app.blueprints.get(endpoint.rpartition(".")[0], app)
    path = _path(owner.static_folder or "", filename)
    try:
        return _digest(path, os.stat(path).st_mtime_ns if app.debug else 0) if path else None
    except (OSError, ValueError):  # a name with a null byte is a wrong value
        return None


@lru_cache(maxsize=1000)  # anybody may ask for any name
def _path(folder: str, filename: str) -> str | None:
    return safe_join(folder, filename)


@cache
def _digest(path: str, modified: int) -> str:
    return blake2b(Path(path).read_bytes(), digest_size=5).hexdigest()


@cache
def hashed(filename: str, digest: str) -> str:
    """Return a file's name with its digest: `css/site.cf7bb4dd69.css`."""
    path = PurePosixPath(filename)
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))


def unhashed(filename: str) -> tuple[str, str]:
    """Return a file's name without its digest, and the digest; both may be empty."""
    found = re.fullmatch(r"(.+)\.([0-9a-f]{10})((?:\.[^./]*)?)", filename)
    return (found[1] + found[3], found[2]) if found else ("", "")
