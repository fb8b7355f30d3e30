"""What a running application knows of a module: routes, permissions, tables, migrations."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import Rule

from ..access import Permission, declared, serves_assets
from ..database import db
from ..errors import MigrationError
from ..migrations import tables_of
from ..ownership import owner as table_owner
from ..registry import current_registry
from ..upgrades import histories
from ..values import config_key
from .survey import Found, Survey, distribution_of

_SECRET = re.compile("SECRET|PASSWORD|TOKEN|KEY|DSN")


def source(found: Found) -> str:
    """Return where a module comes from: its folder, or the distribution that installed it."""
    if found.local:
        return f"modules/{found.name}"
    distribution = distribution_of(found.folder)
    return f"{distribution.name} {distribution.version}" if distribution else str(found.folder)


def module_of(import_name: str) -> str | None:
    """Return the module that a Python module belongs to, or None."""
    package, _, rest = import_name.partition(".")
    return rest.partition(".")[0] if package == "modules" else None


def owner(endpoint: str) -> str | None:
    """Return the module that an endpoint belongs to, or None."""
    blueprint = current_app.blueprints.get(endpoint.rpartition(".")[0])
    view = current_app.view_functions[endpoint]
    view = getattr(view, "view_class", view)
    return module_of(blueprint.import_name if blueprint else getattr(view, "__module__", ""))


def routes(name: str) -> list[Rule]:
    """Return the rules of a module, sorted by URL."""
    served = (rule for rule in current_app.url_map.iter_rules() if not rule.build_only)
    rules = [rule for rule in served if owner(rule.endpoint) == name]
    return sorted(rules, key=lambda rule: (rule.rule, methods(rule)))


def methods(rule: Rule) -> list[str]:
    """Return the methods of a rule that somebody wrote down."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def is_static(rule: Rule) -> bool:
    """Tell whether a rule serves static files."""
    return serves_assets(current_app.view_functions[rule.endpoint])


def permission(endpoint: str, method: str) -> Permission | None:
    """Return what was declared for a method of an endpoint, or None."""
    permits = current_registry().permits
    return permits.get(endpoint) or declared(current_app.view_functions[endpoint], method)


def tables(project: Survey, name: str) -> list[str]:
    """Return the tables of a module: those of its models, and those in the database."""
    found = {table for table in db.metadata.tables if table_owner(table, project.modules) == name}
    try:
        return sorted(found.union(tables_of(name)))
    except SQLAlchemyError:
        return sorted(found)  # nor does the database say what is pending


def pending(found: Found) -> list[str] | None:
    """Return the migrations of a module that are not applied; None if nobody can tell."""
    if not (found.folder / "migrations").is_dir():
        return []
    try:
        return histories([found.manifest])[found.name].pending
    except (SQLAlchemyError, MigrationError):
        return None


def configuration(found: Found) -> dict[str, Any]:
    """Return the configuration of a module by key; what is secret shows as dots."""
    keys = {config_key(found.name, one): default for one, default in found.manifest.config.items()}
    values = {key: current_app.config.get(key, default) for key, default in keys.items()}
    return {key: "…" if _SECRET.search(key) and value else value for key, value in values.items()}
