"""What can be wrong with a set of modules, each said in one sentence."""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class ModularError(click.ClickException):
    """Base of every error of the kernel: the fact, the offender in quotes, the remedy.

    It is a `click.ClickException`, so a command prints the sentence and exits with 1.
    """

    module: str | None = None  # the one to mend, where it is a single one


class ManifestError(ModularError):
    """A `manifest.toml` or a module's folder that cannot be understood."""


class SettingsError(ModularError):
    """A `modules.toml`, or a value of a module's configuration, that cannot be used."""


class RequirementError(ModularError):
    """A module, a distribution or a kernel version that a module needs and does not get."""


class CollisionError(ModularError):
    """Two modules that claim the same name, URL, endpoint, template, table or command."""


class AccessError(ModularError):
    """Declared permissions that nobody enforces."""


class MigrationError(ModularError):
    """A migration that cannot be made or run."""


class PartError(ModularError):
    """A part of a module that failed to import; the cause is chained."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the original traceback, then the sentence."""
        if self.__cause__ is not None:
            click.echo("".join(traceback.format_exception(self.__cause__)), file=file, err=True)
        super().show(file)


class BrokenRevisionError(PartError, MigrationError):
    """A revision that fails in Python; the cause is chained."""


@contextmanager
def blame(module: str) -> Iterator[None]:
    """Have every error say which module it comes from; what is no error of ours is chained.

    :raises ModularError: so that the tools still answer, whatever a module does.
    """
    try:
        yield
    except ModularError as error:
        error.module = module
        raise
    except Exception as error:
        wrapped = PartError(f'"{module}" could not be loaded: {type(error).__name__}: {error}')
        wrapped.module = module
        raise wrapped from error


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "x"?` for the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""
