"""Texts as they stand in Python and in templates, and what catalogues make of them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po
from babel.support import Translations
from flask import current_app
from wtforms.i18n import messages_path

import flask_modular
from flask_modular import ModularError, Registry

from .catalogues import catalogues_of, defects, is_whole, path, read, texts

# What is called with a text; the menu puts its labels into the visitor's language by itself.
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "menu": None}
ELSEWHERE = {"tests", "migrations", "translations", "static", "scaffold", "tools"}
PROJECT = "project"
WTFORMS = Path(messages_path())


@dataclass(frozen=True)
class Source:
    """A module, or the project itself, whose texts are translated.

    :param folder: where its catalogues are.
    :param roots: files, and folders, that texts are looked for in.
    :param made: texts that are in none of these.
    """

    name: str
    folder: Path
    roots: tuple[Path, ...]
    made: tuple[str, ...] = ()

    @cached_property
    def template(self) -> Catalog:
        """Return the texts as they are written now."""
        found = Catalog(charset="utf-8")
        for where, file in sorted(self._files()):
            if file.suffix == ".pot":
                for message in read(file, None):
                    found.add(message.id, None, [(where, 1)])
                continue
            method, options = "python", {}
            if file.suffix != ".py":
                method = "jinja2.ext:babel_extract"
                options = {"newstyle_gettext": "1", "silent": "0"}
                options["trim_blocks"] = str(file.suffix == ".txt")  # as `mail` renders them
            for line, text, _, context in extract_from_file(
                method, file, keywords=KEYWORDS, options=options
            ):
                found.add(text, None, [(where, line)], context=context)
        for text in self.made if len(found) else ():  # a title alone is worth no catalogue
            if text not in found:
                found.add(text)
        return found

    def _files(self) -> Iterator[tuple[str, Path]]:
        for root in self.roots:
            for file in [root] if root.is_file() else root.rglob("*.*"):
                where = file.relative_to(root.parent)
                if ELSEWHERE.isdisjoint(where.parts) and (
                    file.suffix in (".py", ".html", ".pot")
                    or (file.suffix == ".txt" and "mails" in where.parts)
                ):
                    yield where.as_posix(), file

    def update(self, locale: Locale) -> Path | None:
        """Bring a catalogue up to what is written now; return its file if that changed."""
        file = path(self.folder, str(locale))
        there = file.is_file()
        if not there and not len(self.template):
            return None
        catalog = read(file, locale) if there else self._start(locale)
        before = _content(catalog)
        # A copy, for the catalogue keeps its messages, and writes translations in them.
        catalog.update(deepcopy(self.template), update_creation_date=False)
        _fill(catalog, locale)
        if there and _content(catalog) == before:
            return None
        file.parent.mkdir(parents=True, exist_ok=True)
        written = BytesIO()
        write_po(written, catalog, 100, include_lineno=False, ignore_obsolete=True)
        # Babel ends with an empty line, which hooks of commits take away.
        file.write_bytes(written.getvalue().rstrip(b"\n") + b"\n")
        return file

    def _start(self, locale: Locale) -> Catalog:
        catalog = Catalog(locale, project=self.name, fuzzy=False)
        catalog.header_comment = f"# {locale.english_name} texts of {self.name}."
        catalog.version = catalog.last_translator = catalog.language_team = ""
        catalog.msgid_bugs_address = ""
        return catalog

    def problems(self, locale: Locale) -> Iterator[str]:
        """Yield what is wrong with a catalogue, in sentences."""
        file = path(self.folder, str(locale))
        catalog = read(file, locale) if file.is_file() else Catalog(locale)
        for wanted in self.template:
            text = wanted.id if isinstance(wanted.id, str) else wanted.id[0]
            found = catalog.get(wanted.id, wanted.context)
            if not text:
                continue  # the header
            if found is None or not any(texts(found)):
                yield f"“{text}” is not translated."
            elif found.fuzzy:
                yield f"“{text}” is marked as fuzzy; look at it, and take the mark away."
            elif not is_whole(found) or len(texts(found)) != _forms(found, catalog):
                yield f"“{text}” lacks some of its {catalog.num_plurals} plural forms."
            elif reason := defects(found):
                yield f"“{text}” is translated wrongly: {reason}."


def _fill(catalog: Catalog, locale: Locale) -> None:
    """Take what other modules, or WTForms itself, have for a text: somebody may say it better."""
    known = catalogues_of(current_app).texts(locale)
    wtforms = Translations.load(WTFORMS, [locale], "wtforms")
    for message in catalog:
        if isinstance(message.id, str) and message.id and not message.string:
            found = known.gettext(message.id)
            found = found if found != message.id else wtforms.gettext(message.id)
            message.string = found if found != message.id else ""


def _content(catalog: Catalog) -> list[Any]:
    return [
        (one.id, one.string, one.fuzzy, sorted({where for where, _ in one.locations}))
        for one in catalog
        if one.id
    ]


def _forms(message: Any, catalog: Catalog) -> int:
    return catalog.num_plurals if message.pluralizable else 1


def sources(registry: Registry, only: str = "") -> list[Source]:
    """Return the modules whose folders are in the project, and the project itself.

    :param only: the name of one.
    :raises ModularError: when there is none of that name.
    """
    found = []
    made: dict[str, list[str]] = {}
    for names in catalogues_of(current_app).made:
        for name, text in names():
            made.setdefault(name, []).append(text)
    for loaded in registry.modules.values():
        if loaded.local:
            # The kernel and WTForms are no modules; who puts texts into a language has theirs.
            shared = (Path(flask_modular.__file__).parent, WTFORMS / "wtforms.pot")
            roots = (loaded.folder, *(shared if loaded.name == "i18n" else ()))
            more = (loaded.manifest.title, *made.get(loaded.name, ()))
            found.append(Source(loaded.name, loaded.folder / "translations", roots, more))
    root = registry.root
    own = (*root.glob("*.py"), root / "templates", root / "mails")
    found.append(Source(PROJECT, root / "translations", own))
    if only and only not in {one.name for one in found}:
        raise ModularError(f'There is no folder of a module "{only}" here.')
    return [one for one in found if only in ("", one.name)]
