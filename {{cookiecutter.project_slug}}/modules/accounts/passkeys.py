"""What the site and a device say to each other about a passkey: https://www.w3.org/TR/webauthn-3/."""

from __future__ import annotations

import ipaddress
import json
import secrets
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from flask_modular import db
from flask_modular.json import loads

from .models import Passkey, User, now
from .passwords import may_sign_in

PATIENCE = 3600  # seconds from the page to the answer
BROWSER = "accounts_browser"  # what the session is known by in challenges
SIGN_IN = "sign in"


class Refused(Exception):
    """What a device, or somebody in its place, has sent is not right."""


def domain() -> str:
    """Return the domain that passkeys are for, or nothing where browsers would refuse it."""
    host = urlsplit(request.host_url).hostname or ""
    chosen = current_app.config["ACCOUNTS_PASSKEY_DOMAIN"]
    if chosen:
        return chosen if host == chosen or host.endswith(f".{chosen}") else ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return ""


def better_url() -> str:
    """Return where passkeys work if they do not here, as far as that is known, or nothing."""
    here = urlsplit(request.host_url)
    nearby = "localhost" if here.hostname in ("127.0.0.1", "::1") else ""
    host = current_app.config["ACCOUNTS_PASSKEY_DOMAIN"] or nearby
    port = f":{here.port}" if here.port else ""
    return here._replace(netloc=host + port, path="").geturl() if host else ""


def _expected(challenge: bytes) -> dict[str, Any]:
    return {
        "expected_challenge": challenge,
        "expected_rp_id": domain(),
        "expected_origin": f"{request.scheme}://{request.host}",
        "require_user_verification": True,
    }


def _signer(purpose: str) -> URLSafeSerializer:
    config = current_app.config
    keys = [*(config.get("SECRET_KEY_FALLBACKS") or ()), config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt=f"accounts.passkeys.{purpose}")


def _challenge(purpose: str, handle: str = "") -> bytes:
    """Return what a device signs: it holds for one purpose, in this browser, for a while."""
    browser = session.setdefault(BROWSER, secrets.token_urlsafe(16))
    return str(_signer(purpose).dumps([browser, time.time(), handle])).encode()


def _check(purpose: str, client_data: bytes) -> tuple[bytes, datetime, str]:
    """Return the challenge that was answered, when it was made, and the handle in it.

    :raises Refused: for one of another browser, or one that is too old.
    :raises Exception: one of `_problems()`, for what is no answer to a challenge.
    """
    from webauthn.helpers import parse_client_data_json

    loads(client_data.decode())  # the library's own parser runs out of stack
    challenge = parse_client_data_json(client_data).challenge
    browser, since, handle = _signer(purpose).loads(challenge)
    if browser != session.get(BROWSER) or time.time() - since > PATIENCE:
        raise Refused
    return challenge, datetime.fromtimestamp(since, UTC), handle


def _problems() -> tuple[type[Exception], ...]:
    """Return what comes of an answer that is none: the library checks shapes as it goes along."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, BadData, ArithmeticError, LookupError, TypeError, ValueError


def _parsed(answer: str) -> dict[str, Any]:
    """Return the object that a device has answered; the library would parse other texts itself."""
    found = loads(answer)
    if not isinstance(found, dict):
        raise TypeError
    return found


def options_to_sign_in() -> str:
    """Return what a browser is told to find a passkey with, whosever it is; empty without a domain.

    Made by hand, for with the library many would wait who have no passkey: loading it takes longer
    than the page.
    """
    if not domain():
        return ""
    challenge = urlsafe_b64encode(_challenge(SIGN_IN)).rstrip(b"=").decode()
    options = {"challenge": challenge, "rpId": domain(), "timeout": PATIENCE * 1000}
    return json.dumps({**options, "userVerification": "required"})


def options_to_add(user: User) -> str:
    """Return what a browser is told to make a passkey with."""
    from webauthn import base64url_to_bytes, generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    handle = user.passkeys[0].handle if user.passkeys else secrets.token_urlsafe(32)
    known = [base64url_to_bytes(one.credential_id) for one in user.passkeys]
    options = generate_registration_options(
        rp_id=domain(),
        rp_name=str(current_app.config.get("SITE_TITLE") or "Flask"),
        user_id=handle.encode(),
        user_name=user.email,
        user_display_name=user.name or user.email,
        challenge=_challenge(f"add {user.id}", handle),
        timeout=PATIENCE * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options_to_json(options)


def add(user: User, name: str, answer: str) -> Passkey:
    """Add the passkey that a device has made.

    :raises Refused: where the answer is not right.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json

    try:
        given = parse_registration_credential_json(_parsed(answer))
        challenge, _, handle = _check(f"add {user.id}", given.response.client_data_json)
        found = verify_registration_response(credential=given, **_expected(challenge))
    except _problems() as error:
        raise Refused from error
    passkey = Passkey(
        name=name,
        credential_id=bytes_to_base64url(found.credential_id),
        public_key=found.credential_public_key,
        handle=handle,
        sign_count=found.sign_count,
    )
    user.passkeys.append(passkey)
    try:
        db.session.commit()
    except IntegrityError as error:  # it is known already, perhaps as somebody else's
        db.session.rollback()
        raise Refused from error
    return passkey


def use(answer: str) -> User:
    """Return whose passkey has signed a challenge, and spend the challenge.

    :raises Refused: the same, whatever is wrong.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json

    try:
        given = parse_authentication_credential_json(_parsed(answer))
        challenge, since, _ = _check(SIGN_IN, given.response.client_data_json)
        credential_id = bytes_to_base64url(given.raw_id)
        passkey = db.session.scalar(select(Passkey).filter_by(credential_id=credential_id))
        if passkey is None or given.response.user_handle != passkey.handle.encode():
            raise Refused
        found = verify_authentication_response(
            credential=given,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            **_expected(challenge),
        )
    except _problems() as error:
        raise Refused from error
    if not may_sign_in(passkey.user) or not _spend(passkey, since, found.new_sign_count):
        raise Refused
    return passkey.user


def _spend(passkey: Passkey, since: datetime, sign_count: int) -> bool:
    """Mark the use of a passkey, unless its challenge is older than the use before.

    So no answer counts twice, for many devices do not count; in one statement, for requests come
    in pairs.
    """
    fresh = or_(Passkey.last_used_at.is_(None), Passkey.last_used_at < since)
    same = (Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
    values = {"last_used_at": now(), "sign_count": sign_count}
    result: Any = db.session.execute(update(Passkey).where(*same, fresh).values(values))
    db.session.commit()
    return bool(result.rowcount == 1)
