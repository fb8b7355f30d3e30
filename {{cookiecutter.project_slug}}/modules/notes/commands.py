"""`flask notes`: what operators do with notes."""

import click

from flask_modular import ModularError, db, has

from . import module
from .models import Note
from .services import MOST_DAYS, archive_old


@module.cli.command()
@click.option(
    "--days", type=click.IntRange(0, MOST_DAYS), help="`archive_after_days` unless given."
)
def archive(days: int | None) -> None:
    """Archive the notes that nobody has changed for some days."""
    count = archive_old(days)
    click.echo(f"Archived {count} note{'' if count == 1 else 's'}.")


if has("mail"):
    from modules.mail.services import send

    @module.cli.command("send")
    @click.argument("note_id", type=int)
    @click.argument("address")
    def send_note(note_id: int, address: str) -> None:
        """Send a note to a mail ADDRESS."""
        note = db.session.get(Note, note_id)
        if note is None:
            raise ModularError(f"There is no note {note_id}.")
        try:
            send(address, "notes/note", note=note)
        except ValueError as error:
            raise ModularError(str(error)) from None
        click.echo(f"“{note}” is on its way to {address}.")
