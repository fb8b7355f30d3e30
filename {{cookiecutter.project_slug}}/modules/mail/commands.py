from __future__ import annotations

import click

from flask_modular import ModularError

from . import module, services


@module.cli.command("test")
@click.argument("address")
def test(address: str) -> None:
    """Send a mail to ADDRESS, to see whether the settings are right."""
    try:
        services.send(address, subject="It works", text="This mail was sent to try the settings.\n")
    except ValueError as error:
        raise ModularError(str(error)) from None
    click.echo(f"A mail to {address} is on its way; what goes wrong is in the log.")
