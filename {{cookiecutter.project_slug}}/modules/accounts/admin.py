"""People, roles and tokens for administrators."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.exceptions import Conflict
from wtforms import TextAreaField, ValidationError

from flask_modular import ModularError, db, lazy_gettext, ngettext
from flask_modular import gettext as _
from modules.admin.services import ACCESS, ModelAdmin, action

from .callers import Caller
from .enrolment import switch_off
from .models import Role, Token, User
from .permissions import check_patterns
from .services import create_user, current_user, deactivate, delete_account

LOCKED_OUT = lazy_gettext("This would lock you out; have another administrator do it.")

LABELS = {
    "active": lazy_gettext("Active"),
    "confirmed_at": lazy_gettext("Confirmed"),
    "created_at": lazy_gettext("Created"),
    "email": lazy_gettext("Mail address"),
    "expires_at": lazy_gettext("Expires"),
    "last_used_at": lazy_gettext("Last used"),
    "name": lazy_gettext("Name"),
    "permissions": lazy_gettext("Permissions"),
    "prefix": lazy_gettext("Begins with"),
    "roles": lazy_gettext("Roles"),
    "scopes": lazy_gettext("Scopes"),
    "two_factor": lazy_gettext("Two-factor authentication"),
    "user": lazy_gettext("Person"),
}


class PatternsField(TextAreaField):
    """Patterns of permissions, one a line."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "\n".join(self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(dict.fromkeys("".join(valuelist).split()))  # type: ignore[assignment]
        try:
            check_patterns(_("This"), self.data)  # type: ignore[arg-type]
        except ModularError as error:
            raise ValueError(error.message) from None


class UserAdmin(ModelAdmin):
    model = User
    title = lazy_gettext("People")
    personal = True
    column_list = ("email", "name", "active", "roles", "confirmed_at", "created_at")
    column_details_list = (*column_list, "two_factor")
    column_labels = LABELS
    column_formatters = {"two_factor": lambda _, __, user, ___: user.totp_secret is not None}
    column_searchable_list = ("email", "name")
    column_filters = ("active", "confirmed_at", "created_at")
    column_default_sort = "email"
    form_columns = ("email", "active", "roles")

    def get_create_form(self) -> Any:
        form = super().get_create_form()
        del form.active
        return form

    def get_edit_form(self) -> Any:
        form = super().get_edit_form()
        del form.email  # it was confirmed, and another would not be
        return form

    def create_model(self, form: Any) -> User | bool:
        from flask_security.recoverable import send_reset_password_instructions

        try:
            user = create_user(form.email.data)
        except ModularError as error:
            form.email.errors = [error.message]
            return False
        user.roles = form.roles.data
        db.session.commit()
        send_reset_password_instructions(user)  # type: ignore[no-untyped-call]
        flash(
            _(
                "A mail is on its way to %(email)s, with a link to set the password.",
                email=user.email,
            )
        )
        return user

    def on_model_change(self, form: Any, user: User, is_created: bool) -> None:
        if not user.active:
            deactivate(user)
        refuse_to_lock_out()

    def delete_model(self, user: User) -> bool:
        if user is current_user():
            flash(str(LOCKED_OUT), "error")
            return False
        try:
            delete_account(user)
        except Conflict as error:
            flash(str(error.description), "error")
            return False
        return True

    @action(
        "two_factor_off",
        lazy_gettext("Turn two-factor authentication off"),
        lazy_gettext("Their password alone lets them in then."),
    )
    def two_factor_off(self, keys: list[str]) -> None:
        users = [user for key in keys if (user := self.get_one(key))]
        for user in users:
            switch_off(user)
        flash(
            ngettext(
                "It is off for %(number)s account.",
                "It is off for %(number)s accounts.",
                len(users),
            ),
            "success",
        )

    @action(
        "deactivate", lazy_gettext("Deactivate"), lazy_gettext("Their sessions and tokens end.")
    )
    def deactivate_all(self, keys: list[str]) -> None:
        users = [user for key in keys if (user := self.get_one(key)) and user is not current_user()]
        for user in users:
            deactivate(user)
        db.session.commit()
        flash(
            ngettext(
                "%(number)s account is deactivated.",
                "%(number)s accounts are deactivated.",
                len(users),
            ),
            "success",
        )

    @action("activate", lazy_gettext("Activate"))
    def activate_all(self, keys: list[str]) -> None:
        users = [user for key in keys if (user := self.get_one(key))]
        for user in users:
            user.active = True
        db.session.commit()
        flash(
            ngettext(
                "%(number)s account is active.", "%(number)s accounts are active.", len(users)
            ),
            "success",
        )


class RoleAdmin(ModelAdmin):
    model = Role
    title = lazy_gettext("Roles")
    column_labels = LABELS
    column_list = ("name", "permissions")
    column_details_list = column_list
    column_searchable_list = ("name",)
    column_default_sort = "name"
    form_columns = ("name", "permissions")
    form_overrides = {"permissions": PatternsField}
    column_descriptions = {
        "permissions": lazy_gettext("One pattern a line, such as notes.write, notes.* or *.")
    }

    def on_model_change(self, form: Any, role: Role, is_created: bool) -> None:
        refuse_to_lock_out()

    def on_model_delete(self, role: Role) -> None:
        refuse_to_lock_out(without=role)


class TokenAdmin(ModelAdmin):
    model = Token
    title = lazy_gettext("Tokens")
    column_labels = LABELS
    can_create = can_edit = False  # a token is shown once, to whoever obtains it
    column_list = ("user", "name", "prefix", "scopes", "expires_at", "last_used_at")
    column_details_list = (*column_list, "created_at")
    column_searchable_list = ("user.email", "name", "prefix")
    column_sortable_list = (("user", "user.email"), "name", "expires_at", "last_used_at")
    column_filters = ("expires_at", "last_used_at")
    unlogged = ("last_used_at",)


def refuse_to_lock_out(without: Role | None = None) -> None:
    """Refuse what would take their own way in from whoever asks for it.

    :param without: a role that is about to go.
    :raises ValidationError: naming the remedy.
    """
    user = current_user()
    if user is None:
        return
    roles = [role for role in user.roles if role is not without]
    left = Caller(User(roles=roles))
    if not user.active or not left.may(ACCESS.name):
        raise ValidationError(str(LOCKED_OUT))
