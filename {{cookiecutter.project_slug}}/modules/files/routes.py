"""Where files are, for pages, programs and people alike."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, request

from flask_modular import access, db

from . import module
from .models import File
from .services import may_read, send


@module.get("/<uuid:file_id>/<name>")
@access("files.read")
def show(file_id: UUID, name: str) -> Response:
    """Send a file to whoever may have it; to others it is not there."""
    file = db.get_or_404(File, file_id)
    if file.name != name or not may_read(file):
        abort(404)
    return send(file, request.args.get("size", type=int))
