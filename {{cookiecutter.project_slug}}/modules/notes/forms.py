"""The form that a note is written with."""

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from flask_modular import Form


class NoteForm(Form):
    title = StringField("Title", [DataRequired(), Length(max=200)])
    body = TextAreaField("Text", [Optional()], default="", render_kw={"rows": 10})
