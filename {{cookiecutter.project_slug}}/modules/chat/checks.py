"""What a message may be, whichever way it comes."""

from __future__ import annotations

import re

from flask import current_app
from marshmallow import ValidationError

from flask_modular import gettext as _

_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")  # NUL, and halves of characters


def check_message(text: str) -> None:
    """Refuse texts that are empty, too long, or nothing that a database can hold.

    :raises ValidationError: saying which of these.
    """
    longest = current_app.config["CHAT_LONGEST_MESSAGE"]
    if not text.strip():
        raise ValidationError(_("A message is not empty."))
    if len(text) > longest:
        raise ValidationError(_("A message has %(most)s characters at most.", most=longest))
    if _UNSTORABLE.search(text):
        raise ValidationError(_("There is a character in it that cannot be used."))
