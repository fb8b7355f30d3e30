"""The rules on what modules are made of: manifests, settings, routes, tests."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from werkzeug.routing import Rule

import modules

from ..access import UNSAFE_METHODS, declared
from ..errors import (
    CollisionError,
    ManifestError,
    ModularError,
    RequirementError,
    SettingsError,
    did_you_mean,
)
from . import facts
from .findings import Finding
from .survey import Found, Survey

_IDS: dict[type[ModularError], str] = {
    ManifestError: "M001",
    SettingsError: "M002",
    RequirementError: "M003",
    CollisionError: "M101",
}
ROUTED_PARTS = ("routes", "views", "api")


def check_loading(project: Survey) -> Iterator[Finding]:
    """Report manifests, settings, requirements, cycles and whatever else keeps from loading."""
    for error in project.errors:
        yield Finding(_IDS.get(type(error), "M004"), error.message)
    for found in project.modules.values():
        for error in found.errors if found.enabled else ():
            file, line = _origin(found, error)
            yield Finding(_IDS.get(type(error), "M004"), error.message, "", found.name, file, line)


def _origin(found: Found, error: ModularError) -> tuple[Path, int | None]:
    """Return the line of the module from which an error came, or the file that declares it."""
    cause = error.__cause__
    if isinstance(cause, SyntaxError) and cause.filename:
        return Path(cause.filename), cause.lineno
    trace = None if cause is None else cause.__traceback__
    for frame in reversed(traceback.extract_tb(trace)):
        if Path(frame.filename).is_relative_to(found.folder):
            return Path(frame.filename), frame.lineno
    path = found.folder / "manifest.toml"
    return (path if path.exists() else found.folder / "__init__.py"), None


def check_settings(project: Survey) -> Iterator[Finding]:
    """Report sections of `modules.toml` for modules that are not there."""
    for name in project.settings:
        if name not in project.modules:
            message = f'modules.toml has a section [{name}], and there is no module "{name}".'
            hint = did_you_mean(name, project.modules).strip() or "Take the section out."
            yield Finding("M701", message, hint, file=project.registry.settings_file)


def check_prefixes(project: Survey) -> Iterator[Finding]:
    """Report modules whose settings would mix with those of Flask or of an extension."""
    own = {key for found in project.modules.values() for key in facts.configuration(found)}
    for name, found in project.modules.items():
        prefix = f"{name}_".upper()
        theirs = {key for key in current_app.config if key.startswith(prefix)} - own
        # What a module brings a library for is that library's to set.
        if theirs and (theirs & set(current_app.default_config) or not found.manifest.packages):
            message = f'The settings of "{name}" would begin as {min(theirs)} does.'
            yield Finding("M105", message, "Rename the module.", name, found.folder)


def check_access(project: Survey) -> Iterator[Finding]:
    """Report unsafe routes and actions for which nobody declares who may use them."""
    for rule in current_app.url_map.iter_rules():
        bare = [
            method
            for method in sorted(UNSAFE_METHODS & set(rule.methods or ()))
            if facts.permission(rule.endpoint, method) is None
        ]
        if bare:
            yield _undeclared_route(rule, bare)
    for name, action in project.registry.actions.items():
        if declared(action) is None:
            message = f'"{name}" does not declare who may do it.'
            hint = 'Write @access("…") or @access.public on the function.'
            yield _undeclared(action, message, hint, facts.module_of(action.__module__))


def _undeclared_route(rule: Rule, methods: list[str]) -> Finding:
    view = current_app.view_functions[rule.endpoint]
    message = f'"{rule.endpoint}" does not declare who may {", ".join(methods)} {rule.rule}.'
    module = facts.owner(rule.endpoint)
    hint = 'Write @access("…") or @access.public on the view.'
    if module is None:
        hint = f'Write module.permit("{rule.endpoint}", access("…")) in the module that has it.'
    return _undeclared(getattr(view, "view_class", view), message, hint, module)


def _undeclared(
    function: Callable[..., Any], message: str, hint: str, module: str | None
) -> Finding:
    code = inspect.unwrap(function)
    try:
        file, line = inspect.getsourcefile(code), inspect.getsourcelines(code)[1]
    except (OSError, TypeError):
        file, line = None, 0
    return Finding("M401", message, hint, module, Path(file) if file else None, line or None)


def check_tests(project: Survey) -> Iterator[Finding]:
    """Report modules without tests, and parts with routes that no test file is named for."""
    for name, found in project.modules.items():
        parts = project.parts(found.manifest)
        folder = found.folder / "tests"
        tests = [str(path.relative_to(folder)) for path in folder.glob("**/test_*.py")]
        if not found.local or not parts:
            continue
        if not tests:
            message = f'"{name}" has no tests.'
            hint = f"Write tests/test_{parts[-1]}.py; the fixture `page` opens its pages."
            yield Finding("M601", message, hint, name, found.folder)
        for part in parts if tests else ():
            if part in ROUTED_PARTS and not any(one.startswith(f"test_{part}") for one in tests):
                message = f'"{name}" has a part "{part}" and no test of it.'
                hint = f"Write tests/test_{part}.py."
                yield Finding("M602", message, hint, name, found.folder, level="warning")


def check_packages(project: Survey) -> Iterator[Finding]:
    """Report installed distributions that ship `modules/__init__.py`: it would hide others."""
    for path in list(modules.__path__)[1:]:
        file = Path(path) / "__init__.py"
        if file.is_file():
            message = "An installed distribution ships modules/__init__.py."
            yield Finding("M801", message, "Leave it out of the wheel.", file=file)
