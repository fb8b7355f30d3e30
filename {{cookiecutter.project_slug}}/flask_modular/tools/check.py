"""`flask module check`: every rule of the modular pattern, each in a function of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import click

from . import boundaries, database_rules, rules
from .findings import Finding
from .survey import Survey, survey

Rules = tuple[Callable[[Survey], Iterator[Finding]], ...]

# These need no more than the files, so they hold where loading failed, too.
OF_FILES: Rules = (
    rules.check_loading,
    rules.check_settings,
    rules.check_packages,
    boundaries.check_text,
    rules.check_tests,
)
OF_APPLICATION: Rules = (
    rules.check_prefixes,
    rules.check_access,
    database_rules.check_tables,
    database_rules.check_migrations,
)


def run(*, as_json: bool) -> None:
    """Print what breaks a rule, and exit with 1 if an error is among it."""
    project = survey()
    found = findings(project)
    root = project.registry.root
    if as_json:
        click.echo(json.dumps([one.data(root) for one in found], indent=2, default=str))
    else:
        for one in found:
            click.echo(one.text(root))
        click.echo(summary(project, found))
    if any(one.level == "error" for one in found):
        raise SystemExit(1)


def findings(project: Survey) -> list[Finding]:
    """Return everything that breaks a rule; those of the application need one that loads."""
    loads = project.registry.error is None
    applied = OF_FILES + OF_APPLICATION if loads else OF_FILES
    return [finding for rule in applied for finding in rule(project)]


def summary(project: Survey, found: list[Finding]) -> str:
    """Return what was found in one line."""
    skipped = " The rest is checked once the modules load." if project.registry.error else ""
    if not found:
        return f"{_count(len(project.modules), 'module')} checked, nothing found."
    errors = sum(one.level == "error" for one in found)
    warnings = _count(len(found) - errors, "warning")
    return f"{_count(errors, 'error')}, {warnings}.{skipped}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
