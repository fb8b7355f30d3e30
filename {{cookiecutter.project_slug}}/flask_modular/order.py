"""The order in which modules are loaded: a pure function of their manifests."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from .errors import RequirementError, did_you_mean
from .manifest import KERNEL_PARTS, Manifest

Columns = Mapping[str, tuple[str, tuple[str, ...]]]


def columns(manifests: Mapping[str, Manifest]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the parts that these modules collect: part → (collector, files).

    :raises RequirementError: when two modules collect the same part.
    """
    result: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name in sorted(manifests):
        for part, files in manifests[name].collects.items():
            owner = "the kernel" if part in KERNEL_PARTS else result.get(part, (None,))[0]
            if owner is not None:
                raise RequirementError(
                    f'Both "{name}" and "{owner}" collect the part "{part}"; disable one of them.'
                )
            result[part] = (name, files)
    return result


def edges(manifests: Mapping[str, Manifest]) -> dict[str, set[str]]:
    """Return what each module waits for: requirements, what it uses, collectors of its parts.

    A part that is a folder imports nothing, so it waits for nobody. And a collector that needs a
    module itself cannot come before it: `admin` requires `accounts`, and collects its pages. By
    then both are imported, so their order does not matter to the part.
    """
    graph = {
        name: {*one.requires, *one.uses} & {*manifests} - {name} for name, one in manifests.items()
    }
    collected = [one for one in columns(manifests).values() if not one[1][0].endswith("/")]
    collectors = {owner for owner, _ in collected}
    # Nothing else can close a circle: no collector leads anywhere but here.
    behind = collectors.union(*(_reached(graph, owner) for owner in collectors))
    for name in sorted(manifests):
        offered = {owner for owner, files in collected if manifests[name].offers(files)}
        for owner in sorted(offered - {name}):
            if name not in behind or name not in _reached(graph, owner):
                graph[name].add(owner)
    return graph


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Return what a module waits for, directly or not."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def dependency_order(
    manifests: Mapping[str, Manifest], disabled: Mapping[str, Manifest] | None = None
) -> list[Manifest]:
    """Sort modules so that each comes after what it requires and uses; ties go by name.

    :param manifests: the enabled modules, by name.
    :param disabled: modules that are there and switched off, for better errors.
    :raises RequirementError: for a requirement that is missing or disabled, or a cycle.
    """
    for manifest in manifests.values():
        check_requirements(manifest, manifests, disabled or {})
    sorter = TopologicalSorter(edges(manifests))
    try:
        sorter.prepare()
    except CycleError as error:
        cycle = " → ".join(reversed(error.args[1]))
        raise RequirementError(
            f"Modules require or use each other in a cycle: {cycle}; remove one of these from "
            f"the manifests, or move what they share into a module of its own."
        ) from None
    ordered: list[Manifest] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [manifests[name] for name in ready]
        sorter.done(*ready)
    return ordered


def check_requirements(
    manifest: Manifest, enabled: Mapping[str, Manifest], disabled: Mapping[str, Manifest]
) -> None:
    """Check that the modules which one module requires are there and enabled.

    :raises RequirementError: for the first that is not.
    """
    for required in manifest.requires:
        if required in enabled:
            continue
        if required in disabled:
            raise RequirementError(
                f'"{manifest.name}" requires "{required}", which is disabled: '
                f"flask module enable {required}"
            )
        raise RequirementError(
            f'"{manifest.name}" requires "{required}", which is not there: put it into modules/, '
            f"install it, or disable {manifest.name}." + did_you_mean(required, enabled)
        )
