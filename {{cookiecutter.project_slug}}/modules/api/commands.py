from __future__ import annotations

import json
from typing import TextIO

import click
from flask import current_app

from . import module
from .specification import specification_of


@module.cli.command("export")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-")
def export(output: TextIO) -> None:
    """Write the specification to a file, or to the terminal."""
    document = specification_of(current_app._get_current_object()).describe()  # type: ignore[attr-defined]
    output.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
