"""Catalogues: the `.po` files of all modules, read as translators write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import cast

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask

SOURCE = "en"  # what texts are written in
EXTENSION = "i18n_catalogues"
_PERCENT = re.compile(r"%(?:\((\w+)\)\w|(%))?")


class Catalogues:
    """What is translated: one file for each module and language, joined when it is needed.

    :param project: the project's own folder of catalogues, whose words win.
    """

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folders: dict[str, Path] = {}
        self.made: list[Callable[[], Iterable[tuple[str, str]]]] = []  # by `add_texts`
        self.languages: list[Locale] = []  # those to choose from; found when they are asked for
        self._joined: dict[str, Translations] = {}
        self._changed = 0.0

    def texts(self, locale: Locale) -> Translations:
        """Return all that is said in a language; what is not known there is left as it is."""
        key = str(locale)
        if key not in self._joined:
            self._joined[key] = self._join(locale)
        return self._joined[key]

    def files(self, name: str) -> Iterator[Path]:
        """Yield the catalogues of one language, the one that wins last."""
        for folder in (*reversed(self.folders.values()), self.project):
            if (file := path(folder, name)).is_file():
                yield file

    def names(self, module: str) -> set[str]:
        """Return the languages that a module, or the project, has catalogues of."""
        folders = (self.folders.get(module), self.project)
        return {file.parts[-3] for folder in folders if folder for file in folder.glob(_FILE)}

    def refresh(self) -> None:
        """Forget what was read if a file has changed since."""
        folders = (self.project, *self.folders.values())
        files = (file for folder in folders for file in folder.glob(_FILE))
        changed = max((file.stat().st_mtime for file in files), default=0.0)
        if changed != self._changed:
            self._changed = changed
            self._joined.clear()
            self.languages.clear()

    def _join(self, locale: Locale) -> Translations:
        joined = Translations()
        # `de` knows most of what is said in `de_AT`.
        for name in dict.fromkeys((locale.language, str(locale))):
            for file in self.files(name):
                above = Translations(_compiled(read(file, locale)))
                above.add_fallback(joined)
                joined = above
        return joined


def _compiled(catalog: Catalog) -> BytesIO:
    """Return a catalogue as gettext reads it, without what would break a page."""
    for message in list(catalog):
        if message.id and (not is_whole(message) or defects(message)):
            catalog.delete(message.id)
    buffer = BytesIO()
    write_mo(buffer, catalog)
    buffer.seek(0)
    return buffer


_FILE = "*/LC_MESSAGES/messages.po"


def path(folder: Path, name: str) -> Path:
    """Return where the catalogue of a language is, in a folder of catalogues."""
    return folder / _FILE.replace("*", name)


def read(file: Path, locale: Locale | None) -> Catalog:
    """Read one catalogue; a template of catalogues has no language."""
    with file.open("rb") as stream:
        return read_po(stream, locale=locale)


def texts(message: Message) -> tuple[str, ...]:
    """Return what a message is translated to: one text, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def is_whole(message: Message) -> bool:
    """Tell whether every form of a message is translated, by somebody and not by a guess."""
    return bool(texts(message)) and all(texts(message)) and not message.fuzzy


def defects(message: Message) -> str:
    """Return how a translation would break the page that shows it, or an empty string."""
    written = (message.id,) if isinstance(message.id, str) else cast("tuple[str, ...]", message.id)
    wanted = _values(" ".join(written))
    for text in texts(message):
        if text and (more := _values(text) - wanted):
            return f"{', '.join(sorted(more))} has no value in the text"
        if text and len(written) == 1 and (less := wanted - _values(text)):
            return f"{', '.join(sorted(less))} is missing"
    return ""


def _values(text: str) -> set[str]:
    """Return the values that a text asks for; a percent sign alone counts as one."""
    return {f"%({found[1]})s" if found[1] else found[0] for found in _PERCENT.finditer(text)}


def catalogues_of(app: Flask) -> Catalogues:
    """Return the catalogues of an application."""
    made: Mapping[str, Catalogues] = app.extensions
    if EXTENSION not in made:
        app.extensions[EXTENSION] = Catalogues(Path(app.root_path) / "translations")
    return made[EXTENSION]
