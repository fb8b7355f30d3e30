"""What Flask-Security's endpoints take and give: checked by the same schemas that describe them.

They stand apart from `schemas.py`, for they are needed where there is no `api` as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from flask import abort, request
from marshmallow import Schema, ValidationError, fields, validate

from flask_modular.json import loads

from .problems import problem

LONGEST_ADDRESS = 254
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128  # the latter is Flask-Security's
LONGEST_CODE = 40
CODE = {
    "description": "Of the authenticator, or a recovery code, where the account asks for one.",
    "example": "123456",
}
NO_NUL = r"^[^\u0000]*$"
NOT_BLANK = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


def _is_clean(text: str) -> None:
    # Databases and hashes take neither NUL nor half of a surrogate pair.
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError("There is a character in it that cannot be used.")


class Flag(fields.Boolean):
    """True or false, and nothing that resembles them."""

    def _deserialize(self, value: Any, *arguments: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def _address() -> fields.String:
    """Return the field of a mail address."""
    checks = (validate.Email(), validate.Length(max=LONGEST_ADDRESS), _is_clean)
    metadata = {"format": "email", "example": "ada@example.com"}
    return fields.String(required=True, validate=checks, metadata=metadata)


def _identity() -> fields.String:
    """Return the field of an address to sign in with: what is none is as wrong as any other."""
    checks = (validate.Length(min=1, max=LONGEST_ADDRESS), _is_clean)
    metadata = {"pattern": NO_NUL, "example": "ada@example.com"}
    return fields.String(required=True, validate=checks, metadata=metadata)


def password_field(
    description: str = "", shortest: int = 1, pattern: str = NO_NUL, *, required: bool = True
) -> fields.String:
    """Return the field of a password."""
    checks = (validate.Length(min=shortest, max=LONGEST_PASSWORD), _is_clean)
    metadata = {
        "format": "password",
        "pattern": pattern,
        "example": "correct horse staple",
        **({"description": description} if description else {}),
    }
    return fields.String(required=required, validate=checks, metadata=metadata, load_only=True)


def _new_password(description: str = "") -> fields.String:
    """Return the field of a password that is to be set; Flask-Security says what is wrong."""
    return password_field(description, SHORTEST_PASSWORD, NOT_BLANK)


class Nothing(Schema):
    """An empty object."""


class Address(Schema):
    """A mail address."""

    email = _address()


class SignIn(Schema):
    """An address and its password."""

    email = _identity()
    password = password_field()
    remember = Flag(metadata={"description": "Stay signed in for a year."})
    code = fields.String(validate=(validate.Length(max=LONGEST_CODE), _is_clean), metadata=CODE)


class SignUp(Schema):
    """An address and a new password."""

    email = _address()
    password = _new_password()


class NewPassword(Schema):
    """A new password."""

    password = _new_password()


class ChangePassword(Schema):
    """The password as it is and as it shall be."""

    password = password_field("The one that you have.")
    new_password = _new_password("The one that it shall be.")


class Password(Schema):
    """The password that one has."""

    password = password_field()


class Person(Schema):
    """Somebody who is signed in."""

    id = fields.Integer(required=True, metadata={"example": 1})
    email = _address()


class SignedIn(Schema):
    """Who is signed in, and what to send with what the session changes."""

    user = fields.Nested(Person)
    csrf_token = fields.String(metadata={"description": "Goes into the header X-CSRFToken."})


class Session(Schema):
    """Who sends a request, and what they may."""

    user = fields.Nested(Person, required=True, allow_none=True)
    permissions = fields.List(fields.String(metadata={"example": "*.read"}), required=True)
    scopes = fields.List(
        fields.String(metadata={"example": "*.read"}),
        required=True,
        allow_none=True,
        metadata={"description": "What the token is for; null for a session."},
    )
    csrf_token = fields.String(metadata={"description": "Goes into the header X-CSRFToken."})


class Message(Schema):
    """What happened, for people."""

    message = fields.String(required=True)
    csrf_token = fields.String(metadata={"description": "The new one, where it has changed."})


def load(schema: type[Schema]) -> Mapping[str, Any]:
    """Return the body of the current request as a schema wants it; answer what is wrong."""
    if not request.get_data(cache=True) and not schema._declared_fields:
        return {}
    if not request.is_json:
        abort(415, "Send JSON, and say so: Content-Type: application/json.")
    try:
        found: Mapping[str, Any] = schema().load(loads(request.get_data().decode()))
    except ValidationError as error:  # a ValueError, too
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        refuse(messages)
    except ValueError as error:
        abort(400, f"The body is no valid JSON: {error}.")
    return found


def refuse(messages: Mapping[str, Any]) -> NoReturn:
    """Refuse what was sent, and say what is wrong with which of its fields."""
    abort(problem(422, "Some of what was sent cannot be used.", errors=listed(messages)))


def listed(messages: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the errors of fields, each with its place in the body."""
    return [
        {"detail": str(detail), **({} if name in ("_schema", "") else {"pointer": f"#/{name}"})}
        for name, details in messages.items()
        for detail in (details if isinstance(details, list) else [details])
    ]
