"""`flask admin`: what an operator does with the log of changes."""

from __future__ import annotations

import click

from flask_modular.texts import counted

from . import module
from .events import MOST_DAYS
from .log import prune


@module.cli.command("prune")
@click.option(
    "--older-than-days", type=click.IntRange(0, MOST_DAYS), help="`log_days` unless given."
)
def prune_log(older_than_days: int | None) -> None:
    """Delete old changes from their log."""
    click.echo(f"Deleted {counted(prune(older_than_days), 'change')} from the log.")
