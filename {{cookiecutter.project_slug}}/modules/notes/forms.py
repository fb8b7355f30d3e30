"""The form that a note is written with."""

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from flask_modular import Form
from flask_modular import lazy_gettext as _


class NoteForm(Form):
    title = StringField(_("Title"), [DataRequired(), Length(max=200)])
    body = TextAreaField(_("Text"), [Optional()], default="", render_kw={"rows": 10})
