"""`flask module list`: what there is, and all about one module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..access import Permission, declared
from ..registry import current_registry
from . import facts
from .survey import Found, Survey, survey

MODULES = ("Name", "Version", "Source", "State", "Parts", "Routes", "Tables", "Pending")
ROUTES = ("Methods", "URL", "Endpoint", "Who may")


def table() -> str:
    """Return all modules as a table, followed by what is wrong."""
    project = survey()
    rows = [row(project, found) for found in project.modules.values()]
    body = columns(MODULES, rows) if rows else ["No modules are installed."]
    return "\n".join([*body, *paragraph(complaints(project))])


def row(project: Survey, found: Found) -> tuple[str, ...]:
    """Return what the table says of one module."""
    waiting = facts.pending(found)
    served = [rule for rule in facts.routes(found.name) if not facts.is_static(rule)]
    return (
        found.name,
        found.manifest.version,
        facts.source(found),
        found.state,
        ", ".join(project.parts(found.manifest)),
        str(len(served)) if project.registry.error is None else "-",
        str(len(facts.tables(project, found.name))),
        "?" if waiting is None else str(len(waiting)),
    )


def complaints(project: Survey) -> list[str]:
    """Return what is wrong with a project, one sentence a line."""
    broken = [
        f"{found.name} is broken: {error.message}"
        for found in project.modules.values()
        for error in found.errors
        if found.enabled
    ]
    return broken + [error.message for error in project.errors]


def describe(name: str) -> str:
    """Return all about one module.

    :raises ModularError: when there is none of that name.
    """
    project = survey()
    found = project[name]
    title, summary = found.manifest.title, found.manifest.summary
    labelled = {label: text for label, text in about(project, found).items() if text}
    settings = facts.configuration(found).items()
    return "\n".join(
        [
            f"{title}: {summary}" if summary else title,
            *paragraph(f"{label:<12} {text}" for label, text in labelled.items()),
            *paragraph(f"{key} = {value!r}" for key, value in settings),
            *paragraph(access(name)),
            *paragraph(error.message for error in found.errors),
        ]
    )


def about(project: Survey, found: Found) -> dict[str, str]:
    """Return the facts about one module, by label; what there is none of is empty."""
    manifest = found.manifest
    offered = project.collectors(manifest).items()
    collected = manifest.collects.items()
    waiting = facts.pending(found)
    return {
        "State": found.state,
        "Version": manifest.version,
        "Source": facts.source(found),
        "Folder": str(found.folder),
        "Requires": ", ".join(manifest.requires),
        "Uses": ", ".join(manifest.uses),
        "Required by": ", ".join(project.dependents(found.name)),
        "Packages": ", ".join(manifest.packages),
        "Services": ", ".join(manifest.deploy.get("services", ())),
        "Processes": pairs(manifest.deploy.get("processes", {}), ": "),
        "Environment": pairs(manifest.deploy.get("environment", {}), "="),
        "Mounts": ", ".join(mounts(project, found)) if found.enabled else "",
        "Parts": ", ".join(project.parts(manifest)),
        "Offers": ", ".join(f"{part} to {owner}" for part, owner in offered),
        "Collects": ", ".join(f"{part} ({', '.join(files)})" for part, files in collected),
        "Tables": ", ".join(facts.tables(project, found.name)),
        "Pending": "nobody can tell" if waiting is None else ", ".join(waiting) or "none",
    }


def pairs(table: Mapping[str, str], between: str) -> str:
    """Return the keys of a table with their values."""
    return ", ".join(f"{key}{between}{value}" for key, value in table.items())


def mounts(project: Survey, found: Found) -> list[str]:
    """Return where a module is mounted, such as `blog at /news`."""
    loaded = current_registry().modules.get(found.name)
    own = (loaded.module.url_prefix if loaded else None) or f"/{found.name}"
    return [
        f"{mount.name} at {mount.url_prefix or own}"
        + (f" on {mount.subdomain}" if mount.subdomain else "")
        for mount in project.mounts(found.name)
    ]


def access(name: str) -> list[str]:
    """Return the routes and events of a module, and who may use them."""
    rows = [
        (method, rule.rule, rule.endpoint, who_may(rule.endpoint, method))
        for rule in facts.routes(name)
        for method in facts.methods(rule)
        if not facts.is_static(rule)
    ]
    rows += [
        ("EVENT", event, f"{action.__module__}.{action.__name__}", said(declared(action)))
        for event, action in sorted(current_registry().actions.items())
        if facts.module_of(action.__module__) == name
    ]
    if not rows:
        return []
    if current_registry().policies:
        return columns(ROUTES, rows)
    note = "No module here provides a policy, so anyone may do all of it."
    return [*columns(ROUTES, rows), "", note]


def who_may(endpoint: str, method: str) -> str:
    """Return what a route asks for."""
    return said(facts.permission(endpoint, method))


def said(permission: Permission | None) -> str:
    """Return a permission for people."""
    if permission is None:
        return "not declared"
    return "anyone" if permission.is_public else permission.name


def columns(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Align rows under a header, as `flask routes` does."""
    body = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(header, *body, strict=True)]
    lines = [header, ["-" * width for width in widths], *body]
    return [
        "  ".join(map(str.ljust, line, widths)).rstrip()  # as many cells as columns
        for line in lines
    ]


def paragraph(lines: Iterable[str]) -> list[str]:
    """Return lines after an empty one; nothing where there are none."""
    found = list(lines)
    return ["", *found] if found else []
