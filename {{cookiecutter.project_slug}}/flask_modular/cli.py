"""The commands: thin functions, whose tools are imported when they run."""

from __future__ import annotations

import click
from flask import g
from flask.cli import AppGroup, with_appcontext

from .errors import ModularError, did_you_mean
from .registry import current_registry

module_group = AppGroup("module", help="List, make, remove and check modules.")


@module_group.command("list")
@click.argument("name", required=False)
def list_modules(name: str | None) -> None:
    """List the modules, or show all about the one called NAME."""
    from .tools import listing

    click.echo(listing.describe(name) if name else listing.table())


@module_group.command("new")
@click.argument("name")
@click.option("--model", "models", multiple=True, help='Such as "post title:str(200) body:text".')
@click.option("--parts", help="Only these parts, separated by commas.")
@click.option("--upgrade/--no-upgrade", default=True, help="Apply its migration in development.")
def new(name: str, models: tuple[str, ...], parts: str | None, upgrade: bool) -> None:
    """Write a module called NAME that is live at once."""
    from .tools import new as tool

    wanted = None if parts is None else [part.strip() for part in parts.split(",")]
    tool.run(name, list(models), wanted, upgrade=upgrade)


@module_group.command("remove")
@click.argument("name")
@click.option("--keep-data", is_flag=True, help="Leave its tables in the database.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, keep_data: bool, yes: bool) -> None:
    """Remove the module called NAME, its tables and its files, after showing the plan."""
    from .tools import remove as tool

    tool.run(name, keep_data=keep_data, yes=yes)


@module_group.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Switch the module called NAME on in modules.toml."""
    from .tools import switch

    switch.run(name, True)


@module_group.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Switch the module called NAME off in modules.toml; its tables stay."""
    from .tools import switch

    switch.run(name, False)


@module_group.command("graph")
@click.option("--format", "style", type=click.Choice(["mermaid", "dot", "text"]), default="mermaid")
def graph(style: str) -> None:
    """Print the dependency graph."""
    from .tools import graph as tool

    click.echo(tool.render(style))


@module_group.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(as_json: bool) -> None:
    """Check every rule of the modular pattern; exit with 1 if one is broken."""
    from .tools import check as tool

    tool.run(as_json=as_json)


@click.command("seed")
@click.argument("name", required=False)
@with_appcontext
def seed(name: str | None) -> None:
    """Run the seeds of all modules, or of the one called NAME, in dependency order."""
    registry = current_registry()
    if name is not None and name not in registry.modules:
        raise ModularError(
            f'There is no module "{name}" here.' + did_you_mean(name, registry.modules)
        )
    seeded = [module for module in registry.seeds if name in (None, module)]
    for module in seeded:
        for function in registry.seeds[module]:
            function()
        click.echo(f"Seeded {module}.")
    if not seeded:
        click.echo(f"{name} has no seeds." if name else "No module has seeds.")


class DatabaseGroup(AppGroup):
    """Flask-Migrate's commands and ours, imported when one is asked for: Alembic is large."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        from .db_commands import commands

        return sorted(commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        from .db_commands import commands

        return commands.get(cmd_name)


@click.group("db", cls=DatabaseGroup)
@click.option("-d", "--directory", help="The folder of env.py, migrations/ by default.")
@click.option("-x", "--x-arg", multiple=True, help="Such as module=NAME, for Alembic's own words.")
@with_appcontext
def database(directory: str | None, x_arg: tuple[str, ...]) -> None:
    """Migrate the database; each module has migrations of its own."""
    from .db_commands import refuse_without_module
    from .migrations import migrate_extension

    refuse_without_module(x_arg)
    migrate_extension()
    g.directory, g.x_arg = directory, x_arg  # where Flask-Migrate's commands look for them


commands: tuple[click.Command, ...] = (module_group, seed, database)


class BrokenCommands(AppGroup):
    """Answer with `flask module` only; every other command fails with the error of loading."""

    error: ModularError

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the tools, or raise the error."""
        if cmd_name == module_group.name:
            return module_group
        raise self.error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return what still answers."""
        return [str(module_group.name)]
