"""`flask files`: what operators do with files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from flask_modular import ModularError
from flask_modular.texts import counted

from . import module
from .pruning import find_orphans
from .pruning import prune as prune_orphans
from .s3 import Unavailable
from .storage import Folder, current_folder, current_storage


@contextmanager
def told_to_operators() -> Iterator[None]:
    """Say why a storage cannot be reached, which is none of a visitor's business."""
    try:
        yield
    except Unavailable as error:
        raise ModularError(f"{current_storage()} cannot be reached: {error.__cause__}.") from error


@module.cli.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@told_to_operators()
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
        raise ModularError(f"No file has its content: is {current_storage()} the right place?")
    if not yes:
        click.confirm("Remove them?", abort=True)
    for file in prune_orphans(orphans):
        click.echo(f"Another table refers to {file.id}, which stays.")
    click.echo("Done.")


@module.cli.command()
@told_to_operators()
def copy() -> None:
    """Copy what is in the folder to the bucket that takes its place."""
    folder, storage = current_folder(), current_storage()
    if isinstance(storage, Folder):
        raise ModularError("There is no bucket to copy to: FLASK_FILES_STORAGE names one.")
    there = dict(storage.list())
    missing = [key for key, _ in folder.list() if key not in there]
    for key in missing:
        storage.write(key, folder.path(key).read_bytes())
    click.echo(f"Copied {counted(len(missing), 'content')} from {folder} to {storage}.")
