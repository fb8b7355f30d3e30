"""The form of the sign-in page."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

BOX = forms.TextInput(attrs={"class": "form-control", "autocomplete": "username"})
SECRET = forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"})
TICK = forms.CheckboxInput(attrs={"class": "form-check-input"})


class SignIn(AuthenticationForm):
    """A name, a password and whether to stay signed in."""

    username = forms.CharField(label=_("User name"), widget=BOX, max_length=254)
    password = forms.CharField(label=_("Password"), widget=SECRET, strip=False, max_length=128)
    remember = forms.BooleanField(
        label=_("Stay signed in on this device"), widget=TICK, required=False
    )
