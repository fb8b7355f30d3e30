"""What the endpoints of the API take and give: tokens, profile, sessions, the second factor."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validate
from marshmallow.fields import Function, List

from modules.api.services import ModelSchema, Schema, fields

from .bodies import CODE, LONGEST_ADDRESS, LONGEST_CODE, Password, password_field
from .models import LONGEST_NAME, Session, Token, User
from .permissions import PATTERN, is_pattern
from .sessions import current
from .settings import MOST_DAYS

LONGEST_SCOPE, MOST_SCOPES = 100, 50


def refuse_other_than_patterns(text: str) -> None:
    """Refuse what is no pattern; a regular expression's `$` would let a line break pass."""
    if not is_pattern(text):
        raise ValidationError('Write a pattern such as "notes.write", "notes.*" or "*".')


def scopes(**options: Any) -> List[str]:
    """Return the field of what a token may be used for."""
    one = fields.Text(
        validate=[validate.Length(max=LONGEST_SCOPE), refuse_other_than_patterns],
        metadata={"pattern": f"^{PATTERN}$", "example": "*.read"},
    )
    metadata = {"description": "Patterns of permissions: `notes.write`, `notes.*`, `*.read`, `*`."}
    count = validate.Length(min=1, max=MOST_SCOPES)
    return List(one, validate=count, metadata=metadata, **options)


class TokenSchema(ModelSchema):
    """A token, without its text."""

    scopes = scopes(dump_only=True)

    class Meta:
        model = Token
        fields = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")


class NewTokenSchema(TokenSchema):
    """A token with its text, which is not shown again."""

    token = fields.Text(required=True, metadata={"description": "Send it as a bearer token."})

    class Meta:
        model = Token
        fields = (*TokenSchema.Meta.fields, "token")


class TokenRequestSchema(Schema):
    """What a token is for, and the password where nothing else says who asks."""

    name = fields.Text(
        required=True,
        validate=validate.Length(1, LONGEST_NAME),
        metadata={"description": "To recognize it by.", "example": "Laptop"},
    )
    scopes = scopes(required=True)
    expires_in_days = fields.Integer(validate=validate.Range(1, MOST_DAYS))
    email = fields.Text(
        validate=validate.Length(1, LONGEST_ADDRESS), metadata={"example": "ada@example.com"}
    )
    password = password_field(required=False)
    code = fields.Text(validate=validate.Length(max=LONGEST_CODE), metadata=CODE)


class ProfileSchema(ModelSchema):
    """Who somebody is."""

    name = fields.Text(
        validate=validate.Length(max=LONGEST_NAME), metadata={"example": "Ada Lovelace"}
    )

    class Meta:
        model = User
        fields = ("id", "email", "name", "created_at")
        dump_only = ("id", "email", "created_at")


class SessionSchema(ModelSchema):
    """Where somebody is signed in."""

    current = Function(
        lambda session: session.id == current(),
        metadata={"type": "boolean", "description": "Whether it is this one."},
    )

    class Meta:
        model = Session
        fields = (
            *("id", "agent", "remembered", "current"),
            *("created_at", "last_seen_at", "expires_at"),
        )


class ConfirmationSchema(Password):
    """The password, and what the authenticator shows now."""

    code = fields.Text(
        required=True, validate=validate.Length(1, LONGEST_CODE), metadata={"example": "123456"}
    )


class OfferSchema(Schema):
    """What an authenticator is set up with."""

    secret = fields.Text(required=True, metadata={"example": "JBSWY3DPEHPK3PXP"})
    uri = fields.Text(
        required=True,
        metadata={
            "description": "What a QR code holds.",
            "example": "otpauth://totp/Shop:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Shop",
        },
    )


class RecoveryCodesSchema(Schema):
    """Codes that replace the authenticator, each once."""

    recovery_codes = List(fields.Text(metadata={"example": "abcd-efgh-ijkl-mnop"}), required=True)


class TwoFactorSchema(Schema):
    """Whether signing in takes a code."""

    on = fields.Boolean(required=True)
    recovery_codes_left = fields.Integer(required=True, metadata={"example": 10})
