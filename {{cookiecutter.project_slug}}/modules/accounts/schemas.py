"""What clients see of tokens, and what they ask for one with."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validate
from marshmallow.fields import List

from modules.api.services import ModelSchema, Schema, fields

from .bodies import CODE, LONGEST_ADDRESS, LONGEST_CODE, LONGEST_PASSWORD
from .models import LONGEST_NAME, Token
from .permissions import PATTERN, is_pattern
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
    password = fields.Text(
        validate=validate.Length(1, LONGEST_PASSWORD),
        metadata={"format": "password", "example": "correct horse staple"},
    )
    code = fields.Text(validate=validate.Length(max=LONGEST_CODE), metadata=CODE)
