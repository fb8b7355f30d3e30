"""What people fill in, and what is filled in for their password managers."""

from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from flask_modular import Form
from flask_modular import lazy_gettext as _

from .bodies import LONGEST_ADDRESS, LONGEST_CODE, LONGEST_PASSWORD
from .callers import known_caller
from .models import LONGEST_NAME

LONGEST_ANSWER = 20_000


def _address(label: str, autocomplete: str = "email") -> Any:
    checks = [DataRequired(), Length(max=LONGEST_ADDRESS)]
    return EmailField(label, checks, render_kw={"autocomplete": autocomplete})


def _password(label: str, autocomplete: str = "current-password", description: str = "") -> Any:
    checks = [DataRequired(), Length(max=LONGEST_PASSWORD)]
    attributes = {"autocomplete": autocomplete}
    return PasswordField(label, checks, description=description, render_kw=attributes)


def _new_password(label: str) -> Any:
    advice = _("At least 10 characters; a few unrelated words are good.")
    return _password(label, "new-password", advice)


def _code(label: str, description: str) -> Any:
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    checks = [DataRequired(), Length(max=LONGEST_CODE)]
    return StringField(label, checks, description=description, render_kw=attributes)


def _own_address() -> str:
    user = known_caller().user
    return user.email if user is not None else ""


class Unseen(HiddenInput):
    """A text that people do not see; password managers overlook what is of the type "hidden"."""

    def __call__(self, field: Any, **attributes: Any) -> Any:
        """Return the field as HTML."""
        return super().__call__(field, **attributes, type="text", hidden=True, readonly=True)


class UsernameField(StringField):
    """Whose password it is: for password managers to know, and nothing to be sent."""

    widget = Unseen()

    def __init__(self, **options: Any) -> None:
        super().__init__(default=_own_address, render_kw={"autocomplete": "username"}, **options)

    def process(self, formdata: Any, *given: Any, **options: Any) -> None:
        """Take what the page knows, whatever was sent."""
        super().process(None, *given, **options)


class OwnForm(Form):
    """A form with a password of somebody who is known already."""

    username = UsernameField()


class SignInForm(Form):
    email = _address(_("Mail address"), "username")
    password = _password(_("Password"))
    remember = BooleanField(_("Stay signed in on this device"))


class CodeForm(Form):
    code = _code(_("Code"), _("The six digits in your authenticator, or a recovery code."))


class SignUpForm(Form):
    email = _address(_("Mail address"), "username")
    password = _new_password(_("Password"))


class AddressForm(Form):
    email = _address(_("Mail address"))


class NewPasswordForm(OwnForm):
    password = _new_password(_("New password"))


class ChangePasswordForm(OwnForm):
    password = _password(_("Current password"))
    new_password = _new_password(_("New password"))


class ProfileForm(Form):
    name = StringField(
        _("Name"), [Optional(), Length(max=LONGEST_NAME)], render_kw={"autocomplete": "name"}
    )


class NewAddressForm(OwnForm):
    email = _address(_("New mail address"))
    password = _password(_("Your password"))


class PasswordForm(OwnForm):
    password = _password(_("Your password"))


class SwitchOnForm(OwnForm):
    code = _code(_("Code"), _("The six digits that the authenticator shows now."))
    password = _password(_("Your password"))


class NamePasskeyForm(OwnForm):
    name = StringField(
        _("Name of the passkey"),
        [DataRequired(), Length(max=LONGEST_NAME)],
        description=_("Such as the device that keeps it."),
        render_kw={"autocomplete": "off"},
    )
    password = _password(_("Your password"))


class DeviceForm(Form):
    """What a device answers; a script fills it in, perhaps beside another form of the page."""

    def __init__(self) -> None:
        super().__init__(prefix="passkey-")

    credential = HiddenField(validators=[DataRequired(), Length(max=LONGEST_ANSWER)])


class DeviceSignInForm(DeviceForm):
    remember = HiddenField()
