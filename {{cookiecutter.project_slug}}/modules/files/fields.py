"""A field that takes a file, and says beside itself what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_wtf.file import FileField
from werkzeug.exceptions import HTTPException
from wtforms import ValidationError
from wtforms.form import BaseForm

from flask_modular import gettext as _

from .contents import ACCEPTED, IMAGES, Content, Kind, describe, describe_size, inspect


class UploadField(FileField):
    """Take a file of some kind. Once the form is valid, `content` is what `keep` keeps.

    :param kind: of files, such as `IMAGES | DOCUMENTS`.
    :param sizes: the versions that are made of an image, as for `store`.
    """

    content: Content | None = None  # None where no file was chosen

    def __init__(
        self, *args: Any, kind: Kind = IMAGES, sizes: Sequence[int] = (), **options: Any
    ) -> None:
        accepted = ",".join(text for one, text in ACCEPTED.items() if one in kind)
        options["render_kw"] = {"accept": accepted, **(options.get("render_kw") or {})}
        most = describe_size(current_app.config["FILES_MAX_BYTES"])
        text = _("%(kinds)s, at most %(size)s", kinds=describe(kind), size=most)
        super().__init__(*args, **{"description": text, **options})
        self.kind, self.sizes = kind, sizes

    def pre_validate(self, form: BaseForm) -> None:
        """Look into the file."""
        if self.data:
            try:
                self.content = inspect(self.data, self.kind, self.sizes)
            except HTTPException as error:
                raise ValidationError(str(error.description)) from None
