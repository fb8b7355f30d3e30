import time
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMessage
from werkzeug.exceptions import HTTPException

from flask_modular import Permission, access, db
from flask_modular.html import Page
from modules.accounts import limits, second_step
from modules.accounts.models import Session, now
from modules.accounts.policy import judge
from modules.accounts.services import Token, User, create_token, create_user, role_named
from modules.mail.services import outbox

PASSWORD = "correct horse staple"
Ask = Callable[..., HTTPException | None]
Browse = Callable[[str], Page]
Bearer = Callable[..., dict[str, str]]


@pytest.fixture(autouse=True)
def unlimited(app: Flask) -> None:
    """Forget what earlier tests have tried."""
    app.extensions.pop(limits.EXTENSION, None)


@pytest.fixture
def mails(app: Flask, db_session: Any) -> list[EmailMessage]:
    """Return what is sent."""
    outbox().clear()
    return outbox()


@pytest.fixture
def ada(visitor: FlaskClient) -> User:
    """Return somebody who may sign in."""
    user = create_user("ada@example.com", PASSWORD)
    db.session.commit()
    return user


@pytest.fixture
def hashes(app: Flask, ada: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is done to passwords from now on: the slow part of a request."""
    context: Any = app.extensions["security"].pwd_context
    done: list[str] = []
    for name in ("hash", "verify"):
        original = getattr(context, name)

        def count(*given: Any, name: str = name, original: Any = original) -> Any:
            done.append(name)
            return original(*given)

        monkeypatch.setattr(context, name, count)
    return done


@pytest.fixture
def bearer(ada: User) -> Bearer:
    """Return a function that makes Ada a token, and the headers that send it."""

    def headers(*scopes: str, role: tuple[str, ...] = ()) -> dict[str, str]:
        if role:
            ada.roles.append(role_named("some", role))
        _, text = create_token(ada, "test", scopes or ("*",))
        db.session.commit()
        return {"Authorization": f"Bearer {text}"}

    return headers


@pytest.fixture
def expired(ada: User) -> None:
    """Give Ada tokens and sessions that ended long ago, lately and not yet."""
    for name, days in (("long ago", -31), ("lately", -1), ("now", 1)):
        rest = {"digest": name, "expires_at": now() + timedelta(days=days)}
        ada.tokens.append(Token(name=name, prefix="fmt_", scopes=["*"], **rest))
        if name != "lately":
            ada.sessions.append(Session(agent=name, remembered=False, **rest))
    db.session.commit()


@pytest.fixture
def signed_in(visitor: FlaskClient, ada: User) -> FlaskClient:
    """Return Ada's browser: it has a session."""
    response = visitor.post("/accounts/login", json={"email": ada.email, "password": PASSWORD})
    assert response.status_code == 200, response.text
    return visitor


@pytest.fixture
def csrf(signed_in: FlaskClient) -> dict[str, str]:
    """Return the header that goes with what Ada's session changes."""
    return {"X-CSRFToken": signed_in.get("/accounts/session").get_json()["csrf_token"]}


@pytest.fixture
def ask(app: Flask, visitor: FlaskClient) -> Ask:
    """Return a function that says how a request for a permission is refused, or None."""

    def ask(permission: Permission | str | None, **options: Any) -> HTTPException | None:
        wanted = access(permission) if isinstance(permission, str) else permission
        with app.test_request_context("/", **options):
            try:
                judge(wanted)
            except HTTPException as error:
                return error
        return None

    def apart(permission: Permission | str | None, **options: Any) -> HTTPException | None:
        db.session.commit()
        return Context().run(ask, permission, **options)

    return apart


@pytest.fixture
def browse(visitor: FlaskClient) -> Browse:
    """Return a function that opens a page in a browser of somebody whom nobody knows."""
    visitor.environ_base["HTTP_ACCEPT"] = "text/html,application/xhtml+xml,*/*;q=0.8"
    return lambda url: Page.open(visitor, url)


@pytest.fixture
def enter(browse: Browse) -> Callable[..., Page]:
    """Return a function that fills in the sign-in page."""

    def sign_in(password: str = PASSWORD, url: str = "/accounts/sign-in", **more: Any) -> Page:
        return browse(url).submit({"email": "ada@example.com", "password": password, **more})

    return sign_in


@pytest.fixture
def ada_at(ada: User, enter: Callable[..., Page], browse: Browse) -> Browse:
    """Return a function that opens a page in Ada's browser."""
    enter()
    return browse


@pytest.fixture
def secret(ada: User) -> str:
    """Return the secret in Ada's authenticator, whose codes she needs to sign in."""
    found = second_step.new_secret()
    assert second_step.switch_on(ada, found, code_of(found))
    db.session.commit()
    return found


def code_of(secret: str, later: int = 0) -> str:
    """Return what an authenticator shows, now or some codes later."""
    totp = second_step._authenticator().from_source(secret)
    return str(totp.generate(time.time() + 30 * later).token)


@pytest.fixture
def session(signed_in: FlaskClient) -> dict[str, str]:
    """Return the header that Ada's browser sends with whatever it requests."""
    cookie = signed_in.get_cookie("session")
    assert cookie is not None
    return {"Cookie": f"session={cookie.value}"}


def path_in(mail: EmailMessage) -> str:
    """Return the path of the link in a mail."""
    [link] = [word for word in str(mail.body).split() if "/accounts/" in word]
    return link.removeprefix("http://localhost")


def sign_in(client: FlaskClient, password: str) -> int:
    """Try a password for Ada's account, and return the answer's status."""
    given = {"email": "ada@example.com", "password": password}
    return client.post("/accounts/login", json=given).status_code
