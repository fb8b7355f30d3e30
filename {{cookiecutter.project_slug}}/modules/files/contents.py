"""What an upload is: found out from its content, whatever its name and its sender say."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Flag, auto

from flask import current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge, UnprocessableEntity

from flask_modular import gettext as _


class Kind(Flag):
    """Kinds of files; `IMAGES | DOCUMENTS` is one or the other."""

    IMAGE = auto()
    PDF = auto()
    TEXT = auto()


IMAGES = Kind.IMAGE
DOCUMENTS = Kind.PDF | Kind.TEXT
# What a form tells the browser to offer.
ACCEPTED = {
    Kind.IMAGE: "image/jpeg,image/png,image/gif,image/webp",
    Kind.PDF: "application/pdf",
    Kind.TEXT: "text/plain",
}
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
SIGNATURES = {
    b"\xff\xd8\xff": Kind.IMAGE,
    b"\x89PNG\r\n\x1a\n": Kind.IMAGE,
    b"GIF87a": Kind.IMAGE,
    b"GIF89a": Kind.IMAGE,
    b"RIFF": Kind.IMAGE,  # WebP, if Pillow agrees
    b"%PDF-": Kind.PDF,
}
LONGEST_STEM = 100
# What file systems and shells take for more than a letter.
NOT_IN_NAMES = frozenset('<>:"/\\|?*%')


@dataclass(frozen=True)
class Content:
    """An upload that may be kept.

    :param versions: smaller versions of an image, by their longest sides in pixels.
    """

    name: str
    media_type: str
    data: bytes
    versions: dict[int, bytes] = field(default_factory=dict)


def inspect(upload: FileStorage, kind: Kind = IMAGES, sizes: Sequence[int] = ()) -> Content:
    """Return what may be kept of an upload: of an image, what Pillow has made anew.

    :param sizes: the longest sides, in pixels, of the versions that are made of an image. The
        largest takes the place of the image.
    :raises RequestEntityTooLarge: for more bytes or pixels than the settings allow.
    :raises UnprocessableEntity: for what is not of that kind.
    """
    data = read(upload)
    found = recognize(data)
    if found is None or found not in kind:
        raise UnprocessableEntity(_("Only %(kinds)s can be uploaded here.", kinds=describe(kind)))
    versions: dict[int, bytes] = {}
    if found is Kind.IMAGE:
        from .images import remake  # late: Pillow takes its time

        media_type, data, versions = remake(data, sizes)
    else:
        media_type = ACCEPTED[found]
    name = safe_name(upload.filename or "", EXTENSIONS[media_type])
    return Content(name, media_type, data, versions)


def read(upload: FileStorage) -> bytes:
    """Return an upload's bytes, never more than the setting allows."""
    most: int = current_app.config["FILES_MAX_BYTES"]
    data: bytes = upload.stream.read(most + 1)
    if len(data) > most:
        raise RequestEntityTooLarge(
            _("The file is too large; it may have %(size)s.", size=describe_size(most))
        )
    return data


def recognize(data: bytes) -> Kind | None:
    """Return what the content seems to be, or None for what is taken nowhere."""
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            return kind
    return Kind.TEXT if is_plain(data) else None


def is_plain(data: bytes) -> bool:
    """Tell whether this is text for people, and no markup or script that something would run."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    begin = text.lstrip("\ufeff \t\r\n")
    controls = {one for one in text if unicodedata.category(one) == "Cc"} - {"\t", "\r", "\n"}
    return bool(begin) and not begin.startswith(("<", "#!")) and not controls


def safe_name(name: str, extension: str) -> str:
    """Return a name to show and to save under: no path, and no ending but that of the content."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    stem = name.rpartition(".")[0] or name
    kept = "".join(one if one.isprintable() and one not in NOT_IN_NAMES else "_" for one in stem)
    return (kept[:LONGEST_STEM].strip(" .") or "file") + extension


def describe(kind: Kind) -> str:
    """Name kinds of files for people."""
    names = {Kind.IMAGE: "JPEG, PNG, GIF, WebP", Kind.PDF: "PDF", Kind.TEXT: _("plain text")}
    return ", ".join(text for one, text in names.items() if one in kind)


def describe_size(size: int) -> str:
    """Name a number of bytes for people."""
    for unit, bytes_ in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= bytes_:
            return f"{size / bytes_:.3g} {unit}"
    return f"{size} B"
