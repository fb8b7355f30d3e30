"""`flask files`: what operators do with files."""

from __future__ import annotations

import click

from flask_modular import ModularError

from . import module
from .pruning import find_orphans
from .pruning import prune as prune_orphans


@module.cli.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def prune(yes: bool) -> None:
    """Remove contents that no row names, and rows whose content is missing."""
    orphans = find_orphans()
    if not orphans.keys and not orphans.files:
        click.echo("Nothing to prune.")
        return
    for key in orphans.keys:
        click.echo(f"no row      {key}")
    for file in orphans.files:
        click.echo(f"no content  {file.id} {file.name}")
    if orphans.all_files:
        raise ModularError("No file has its content: is FILES_FOLDER the right one, and mounted?")
    if not yes:
        click.confirm("Remove them?", abort=True)
    for file in prune_orphans(orphans):
        click.echo(f"Another table refers to {file.id}, which stays.")
    click.echo("Done.")
