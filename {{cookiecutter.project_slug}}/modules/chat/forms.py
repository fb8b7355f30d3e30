"""The forms of the chat."""

from __future__ import annotations

from flask import current_app
from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from flask_modular import Form, lazy_gettext
from flask_modular import gettext as _

from .models import LONGEST_NAME, LONGEST_TOPIC, NICKNAME, NO_NICKNAME


class RoomForm(Form):
    name = StringField(lazy_gettext("Name"), [DataRequired(), Length(max=LONGEST_NAME)])
    topic = StringField(lazy_gettext("Topic"), [Optional(), Length(max=LONGEST_TOPIC)])


class NicknameForm(Form):
    nickname = StringField(
        lazy_gettext("Nickname"),
        [DataRequired(), Length(max=LONGEST_NAME), Regexp(NICKNAME, message=NO_NICKNAME)],
        description=lazy_gettext("Others see it beside what you write."),
        render_kw={"autocomplete": "nickname"},
    )


class MessageForm(Form):
    text = TextAreaField(lazy_gettext("Message"), [DataRequired()], render_kw={"rows": 2})

    def validate_text(self, field: TextAreaField) -> None:
        """Refuse what is too long."""
        longest = current_app.config["CHAT_LONGEST_MESSAGE"]
        if len(field.data or "") > longest:
            raise ValidationError(_("A message has %(most)s characters at most.", most=longest))
