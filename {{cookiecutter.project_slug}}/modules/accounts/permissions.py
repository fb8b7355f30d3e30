"""Patterns of permissions: `notes.write`, `notes.*`, `*.read`, `*`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from flask_modular import ModularError, Permission

PATTERN = r"[A-Za-z0-9_*]+(\.[A-Za-z0-9_*]+)*"
is_pattern = re.compile(PATTERN).fullmatch


@dataclass(frozen=True)
class Personal(Permission):
    """What the view itself checks: no policy asks, and only some credentials will do.

    :param kinds: of "basic", "bearer" and "session", those that it takes.
    :param optional: whether it can do without.
    """

    name: str = ""
    kinds: tuple[str, ...] = ()
    optional: bool = False


def matches(patterns: Iterable[str], name: str) -> bool:
    """Tell whether one of the patterns holds for a permission."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def covers(patterns: Iterable[str], narrower: Iterable[str]) -> bool:
    """Tell whether all that some patterns hold for, others hold for as well.

    A star among the narrower ones can only be met by a star, so they may be matched as texts.
    """
    wider = list(patterns)
    return all(matches(wider, one) for one in narrower)


def check_patterns(source: str, patterns: Iterable[object]) -> None:
    """Refuse what is no pattern.

    :param source: where the patterns come from, for the error.
    :raises ModularError: naming the first one.
    """
    for one in patterns:
        if not isinstance(one, str) or not is_pattern(one):
            raise ModularError(
                f'{source} has "{one}", which is no pattern of permissions; write one such as '
                f'"notes.write", "notes.*" or "*".'
            )
