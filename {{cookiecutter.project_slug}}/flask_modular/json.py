"""JSON from people and clients: as the standard says it, and no deeper than it has to be."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from math import isfinite
from typing import Any, NoReturn

DEEPEST = 100
LONGEST_NUMBER = 4000
_QUOTED = re.compile(r'"(?:[^"\\]|\\.?)*(?:"|\Z)', re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


def loads(text: str) -> Any:
    """Return what a JSON text of unknown origin says.

    :raises ValueError: for what RFC 8259 does not know (`NaN`, `Infinity`), for numbers that
        Python does not read, and for more than `DEEPEST` levels. They are counted before anything
        is parsed: where the parser itself runs out of stack, so does whatever comes up just then.
    """
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    return json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)


def _depth(text: str) -> int:
    steps = (_STEPS.get(character, 0) for character in _QUOTED.sub("", text))
    return max(accumulate(steps), default=0)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is JavaScript")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("a number is too large")
    return number


def _whole(text: str) -> int:
    # The limit of `int()` itself, whose error speaks of Python.
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number is too large")
    return int(text)
