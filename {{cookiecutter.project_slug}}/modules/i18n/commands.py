"""`flask i18n`: catalogues for translators."""

from __future__ import annotations

import click
from babel import Locale, UnknownLocaleError

from flask_modular import ModularError, current_registry

from . import module
from .catalogues import SOURCE
from .visitors import offered

one_module = click.option("--module", "only", default="", help="One module; `project` is its own.")


@module.cli.command()
@click.argument("locale")
@one_module
def add(locale: str, only: str) -> None:
    """Start catalogues of a language, such as fr or pt_BR."""
    try:
        update_all([Locale.parse(locale, sep="_" if "_" in locale else "-")], only)
    except (ValueError, UnknownLocaleError):
        raise ModularError(f'"{locale}" is no language; write one such as fr or pt_BR.') from None


@module.cli.command()
@one_module
def update(only: str) -> None:
    """Bring all catalogues up to the texts as they are written now."""
    update_all(translated(), only)


@module.cli.command()
@one_module
def check(only: str) -> None:
    """Look for texts that are not translated, or wrongly."""
    from .extraction import sources

    count = 0
    for source in sources(current_registry(), only):
        for locale in translated():
            for problem in source.problems(locale):
                click.echo(f"{source.name}, {locale}: {problem}")
                count += 1
    if count:
        raise ModularError(f"{count} to be looked at; `flask i18n update` adds what is new.")
    click.echo("Every text is translated.")


def translated() -> list[Locale]:
    """Return the languages other than the one that texts are written in."""
    return [locale for locale in offered() if str(locale) != SOURCE]


def update_all(locales: list[Locale], only: str) -> None:
    """Update catalogues, and say which of them changed."""
    from .extraction import sources

    registry = current_registry()
    files = [
        file
        for source in sources(registry, only)
        for locale in locales
        if (file := source.update(locale))
    ]
    for file in files:
        click.echo(f"  update  {file.relative_to(registry.root)}")
    if not files:
        click.echo("Every catalogue is up to date.")
