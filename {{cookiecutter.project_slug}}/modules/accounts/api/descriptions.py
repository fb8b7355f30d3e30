"""What the specification says of the endpoints that are not made here: Flask-Security's."""

from __future__ import annotations

from marshmallow import Schema

from modules.api.services import describe

from .. import bodies
from ..endpoints import SENDS_MAIL, TRIES_PASSWORD


def describe_post(
    endpoint: str,
    summary: str,
    body: type[Schema] | None,
    answer: type[Schema] = bodies.Message,
    refusals: tuple[int, ...] = (),
) -> None:
    """Describe an endpoint of Flask-Security.

    :param refusals: statuses that follow from nothing else.
    """
    limited = (429,) if endpoint in TRIES_PASSWORD | SENDS_MAIL else ()
    answers = {200: answer, **dict.fromkeys((*refusals, *limited))}
    describe(f"security.{endpoint}", "POST", summary, body=body, responses=answers, tags=TAGS)


def describe_get(endpoint: str, summary: str) -> None:
    """Describe where a link in a mail leads."""
    describe(f"security.{endpoint}", "GET", summary, responses={200: bodies.Message}, tags=TAGS)


TAGS = ("accounts",)

describe(
    "accounts.show_session",
    "GET",
    "Show who is signed in, and what they may",
    responses={200: bodies.Session, 401: None},
    tags=TAGS,
)
describe_post(
    "register", "Sign up: a mail asks to confirm the address", bodies.SignUp, refusals=(409,)
)
describe_post("send_confirmation", "Have the mail sent again that confirms", bodies.Address)
describe_get("confirm_email", "Confirm an address, with the link in the mail")
describe_post("login", "Sign in, with a session", bodies.SignIn, bodies.SignedIn, (401, 409))
describe_post("logout", "Sign out", None, refusals=(400,))
describe_post("forgot_password", "Have a mail sent that resets the password", bodies.Address)
describe_get("reset_password", "Look whether the link in the mail is valid")
describe_post("reset_password", "Set a new password, with the link in the mail", bodies.NewPassword)
describe_post(
    "change_password",
    "Change the password; other sessions end, and all tokens are revoked",
    bodies.ChangePassword,
)
describe_post("verify", "Show that one knows the password", bodies.Password)
