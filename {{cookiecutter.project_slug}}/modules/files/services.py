"""What other modules use: keep an upload, show it, forget it; a field for forms; pictures."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from os import SEEK_END
from uuid import uuid4

from flask import Response, abort, request, send_file, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from flask_modular import current_identity, current_registry, db

from .contents import DOCUMENTS, IMAGES, Content, Kind, inspect
from .fields import UploadField
from .models import File
from .storage import current_storage

__all__ = [
    "DOCUMENTS",
    "IMAGES",
    "Content",
    "File",
    "Kind",
    "UploadField",
    "delete",
    "inspect",
    "keep",
    "may_read",
    "picture_of",
    "remove_picture",
    "send",
    "set_picture",
    "store",
    "url_for_file",
]

PICTURE = "picture"
PICTURE_SIZES = (512, 128)
YEAR = 31_536_000
# Whatever a browser makes of it: no script, no form, no request, no origin of ours.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def store(
    upload: FileStorage,
    kind: Kind = IMAGES,
    *,
    sizes: Sequence[int] = (),
    purpose: str = "",
    private: bool = False,
) -> File:
    """Judge an upload, keep it, and add it to the session.

    :param kind: of files, such as `IMAGES | DOCUMENTS`.
    :param sizes: the longest sides, in pixels, of the versions that are made of an image. The
        largest takes the place of the image.
    :param purpose: what the file is for, to find it by.
    :param private: whether only its owner, who sends the request, may have it.
    :raises RequestEntityTooLarge: for more bytes or pixels than the settings allow.
    :raises UnprocessableEntity: for what is not of that kind.
    """
    return keep(inspect(upload, kind, sizes), purpose=purpose, private=private)


def keep(
    content: Content, *, purpose: str = "", private: bool = False, owner: str | None = None
) -> File:
    """Keep what `inspect` or a form's field has found to be good, and add it to the session.

    :param owner: whoever sends the request, unless given.
    """
    file = File(
        id=uuid4(),
        owner=current_identity() if owner is None else owner,
        purpose=purpose,
        private=private,
        name=content.name,
        media_type=content.media_type,
        size=len(content.data),
        digest=sha256(content.data).hexdigest(),
        versions=list(content.versions),
    )
    storage = current_storage()
    storage.write(file.key(), content.data)
    for version, data in content.versions.items():
        storage.write(file.key(version), data)
    db.session.add(file)
    return file


def delete(file: File) -> None:
    """Delete a file with the session's next commit, and its content after that."""
    db.session.delete(file)


def url_for_file(file: File, size: int = 0) -> str:
    """Return where a file is.

    :param size: of an image, the longest side that is needed: the smallest version that has it.
    """
    version = min((one for one in file.versions if one >= size > 0), default=None)
    return url_for(endpoint("show"), file_id=file.id, name=file.name, size=version)


def endpoint(view: str) -> str:
    """Return the endpoint of a view of this module, from wherever a link leads to it."""
    return current_registry().endpoint("files", f".{view}")


def may_read(file: File) -> bool:
    """Tell whether whoever sends the request may have a file."""
    return not file.private or (file.owner != "" and file.owner == current_identity())


def send(file: File, version: int | None = None) -> Response:
    """Answer with a file: an image to be shown, everything else to be saved.

    Whoever calls this has looked whether the file may be had. A module that lets others than the
    owner have private files has a view of its own, and its own permission.
    """
    if version is not None and version not in file.versions:
        abort(404)
    try:
        stream = current_storage().open(file.key(version))
    except FileNotFoundError:
        abort(404)
    response = send_file(
        stream,
        mimetype=file.media_type,
        as_attachment=not file.media_type.startswith("image/"),
        download_name=file.name,
        etag=file.digest if version is None else f"{file.digest}-{version}",
        last_modified=file.created_at,
        conditional=False,
    )
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    response.content_length = size
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # "private" in both: caches that people share do not ask who may read.
    cache = "no-cache" if file.private else f"max-age={YEAR}, immutable"
    response.headers["Cache-Control"] = f"private, {cache}"
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        stream.close()
        raise
    return response


def picture_of(owner: str) -> File | None:
    """Return the picture that somebody has of themselves.

    :param owner: such as "user:17".
    """
    found = select(File).filter_by(owner=owner, purpose=PICTURE).order_by(File.created_at.desc())
    return db.session.scalars(found.limit(1)).first()


def set_picture(owner: str, content: Content) -> File:
    """Keep a picture of somebody in place of the one before; commit it."""
    remove_picture(owner)
    return keep(content, purpose=PICTURE, owner=owner)


def remove_picture(owner: str) -> None:
    """Delete the picture of somebody, if there is one; commit it."""
    for file in db.session.scalars(select(File).filter_by(owner=owner, purpose=PICTURE)):
        delete(file)
