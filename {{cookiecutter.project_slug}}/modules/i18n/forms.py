from typing import Any

import pytz
from wtforms import HiddenField, SelectField

from flask_modular import Form
from flask_modular import lazy_gettext as _

from .visitors import chosen, offered, visitor


class PreferencesForm(Form):
    """Ask for language and time zone; what a form leaves out stays as it is."""

    locale = SelectField(_("Language"))
    timezone = SelectField(_("Time zone"))
    next = HiddenField()

    def __init__(self, **options: Any) -> None:
        known = {"locale": str(visitor().choice), "timezone": chosen()[1]}
        super().__init__(data=known, **options)
        self.locale.choices = [(str(one), str(one.get_display_name())) for one in offered()]
        zones = [(name, name.replace("_", " ")) for name in pytz.common_timezones]
        self.timezone.choices = [("", _("As this device is set")), *zones]
