"""What the figures were measured on, as far as it matters."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version

LIBRARIES = ("cookiecutter", "Flask", "Werkzeug", "Flask-SQLAlchemy", "SQLAlchemy")


def describe() -> str:
    """Return one sentence about the machine."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} on {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, {python}; {versions(LIBRARIES)}."


def versions(libraries: Iterable[str]) -> str:
    """Return the installed versions of libraries."""
    return ", ".join(f"{name} {version(name)}" for name in libraries)


def busy() -> str:
    """Say how busy the machine is; the figures were taken in spite of that."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f"The load average was {os.getloadavg()[0]:.1f} when this began."
