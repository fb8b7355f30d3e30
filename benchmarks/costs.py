"""Where a request's time goes: functions of modules that take more than those by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from .measure import interleave, probe
from .shop import Shop

MODULES, HAND = "lean", "by_hand"
MOST = 30  # functions that are shown
Functions = Mapping[str, tuple[float, float]]  # calls and microseconds of one request


def differences(rounds: int, shop: Shop, asked: Mapping[str, str]) -> Iterator[str]:
    """Yield lines of text for each kind of request.

    :param asked: its URL, by the name of the kind.
    """
    for name, path in asked.items():
        runs = {one: partial(costs, shop, one, path) for one in (MODULES, HAND)}
        results = interleave(rounds, runs)
        ours, theirs = ([one["plain"] for one in results[which]] for which in (MODULES, HAND))
        share = min(theirs) / min(ours)
        yield f"{name}: {min(ours):,.0f} µs of CPU, by hand {min(theirs):,.0f}; {share:.2f}"
        yield "    more µs  calls  by hand  (under the profiler, which makes calls dearer)"
        functions = [least(one["functions"] for one in results[which]) for which in (MODULES, HAND)]
        yield from lines(*map(packages, functions))
        yield ""
        yield from lines(*functions)
        yield ""


def costs(shop: Shop, project: str, path: str) -> dict[str, Any]:
    """Return what the functions of a project take of a request."""
    variables = shop.environment(project, FLASK_API_RATE_LIMIT="")
    variables |= {"BENCHMARK_URL": path, "BENCHMARK_TOKEN": shop.token}
    found: dict[str, Any] = json.loads(
        probe(shop.folder, shop.projects[project], "costs", **variables)
    )
    return found


def least(runs: Iterable[Functions]) -> Functions:
    """Return the least that each function took in some runs: others disturb, none helps."""
    found: dict[str, tuple[float, float]] = {}
    for functions in runs:
        for name, (calls, own) in functions.items():
            found[name] = calls, min(own, found.get(name, (calls, own))[1])
    return found


def lines(ours: Functions, theirs: Functions) -> Iterator[str]:
    """Yield what takes more, or less, the largest differences first."""
    none = (0.0, 0.0)
    found = {name: (ours.get(name, none), theirs.get(name, none)) for name in {*ours, *theirs}}
    ranked = sorted(found.items(), key=lambda one: -abs(one[1][0][1] - one[1][1][1]))
    for name, (mine, other) in ranked[:MOST]:
        yield f"{mine[1] - other[1]:+11,.1f}  {mine[0]:5.0f}  {other[0]:7.0f}  {name}"


def packages(functions: Functions) -> Functions:
    """Return the sums of packages: a library, a module, the files of a project."""
    found: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for name, (calls, own) in functions.items():
        file = name.partition(" ")[0]
        parts = Path(file).parts if file.endswith(".py") else ("built in",)
        package = "/".join(parts[: 2 if parts[0] == "modules" else 1])
        found[package] = found[package][0] + calls, found[package][1] + own
    return found
