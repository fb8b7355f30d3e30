"""What a device signs opens an account, once, whether or not there are pages to do it on."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask, session

from flask_modular import db
from modules.accounts import passkeys
from modules.accounts.services import User, create_user
from modules.accounts.tests.authenticator import Authenticator

STARTED = """
import sys
from app import create_app
create_app("testing")
print("webauthn" in sys.modules)
"""


@pytest.fixture(autouse=True)
def here(app: Flask, ada: User) -> Iterator[None]:
    """Be in a browser."""
    with app.test_request_context("/"):
        yield


@pytest.fixture
def device(ada: User) -> Authenticator:
    """Return a device with a passkey of Ada's."""
    found = Authenticator(counts=False)
    passkeys.add(ada, "Phone", found.create(passkeys.options_to_add(ada)))
    return found


def test_a_passkey_names_its_owner(device: Authenticator, ada: User) -> None:
    assert passkeys.use(device.get(passkeys.options_to_sign_in())) is ada
    assert ada.passkeys[0].last_used_at


def test_a_device_that_has_one_is_not_asked_for_another(device: Authenticator, ada: User) -> None:
    assert ada.passkeys[0].credential_id in passkeys.options_to_add(ada)
    assert ada.passkeys[0].credential_id not in passkeys.options_to_sign_in()


def test_an_answer_counts_once(device: Authenticator) -> None:
    answer = device.get(passkeys.options_to_sign_in())
    passkeys.use(answer)
    with pytest.raises(passkeys.Refused):
        passkeys.use(answer)


def test_an_answer_holds_in_one_browser(device: Authenticator) -> None:
    answer = device.get(passkeys.options_to_sign_in())
    session.clear()
    with pytest.raises(passkeys.Refused):
        passkeys.use(answer)


@pytest.mark.parametrize("whose", ["nobody", "somebody else"])
def test_an_answer_is_to_what_was_asked(ada: User, whose: str) -> None:
    ben = create_user("ben@example.com")
    db.session.commit()
    other = passkeys.options_to_sign_in() if whose == "nobody" else passkeys.options_to_add(ben)
    challenge = json.loads(other)["challenge"]
    asked = {**json.loads(passkeys.options_to_add(ada)), "challenge": challenge}
    with pytest.raises(passkeys.Refused):
        passkeys.add(ada, "Phone", Authenticator().create(json.dumps(asked)))


def test_a_former_key_of_the_application_holds(
    app: Flask, device: Authenticator, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = device.get(passkeys.options_to_sign_in())
    former = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", "another one")
    with pytest.raises(passkeys.Refused):
        passkeys.use(answer)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [former])
    assert passkeys.use(answer) is ada


def test_an_account_that_is_deactivated_stays_closed(device: Authenticator, ada: User) -> None:
    ada.active = False
    db.session.commit()
    with pytest.raises(passkeys.Refused):
        passkeys.use(device.get(passkeys.options_to_sign_in()))


@pytest.mark.parametrize(
    ("url", "setting", "found"),
    [
        ("http://localhost:5000", "", "localhost"),
        ("https://Shop.example.com", "", "shop.example.com"),
        ("https://shop.example.com", "example.com", "example.com"),
        ("https://example.com", "example.com", "example.com"),
        ("https://badexample.com", "example.com", ""),
        ("http://127.0.0.1:5000", "", ""),
        ("http://[::1]:5000", "", ""),
    ],
)
def test_passkeys_are_for_a_domain(
    app: Flask, monkeypatch: pytest.MonkeyPatch, url: str, setting: str, found: str
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_PASSKEY_DOMAIN", setting)
    with app.test_request_context("/", base_url=url):
        assert passkeys.domain() == found


@pytest.mark.parametrize(
    ("url", "setting", "better"),
    [
        ("http://127.0.0.1:5000", "", "http://localhost:5000"),
        ("http://[::1]:5000", "", "http://localhost:5000"),
        ("https://shop.example", "example.com", "https://example.com"),
        ("https://192.0.2.1", "", ""),
    ],
)
def test_where_there_are_none_another_address_is_named(
    app: Flask, monkeypatch: pytest.MonkeyPatch, url: str, setting: str, better: str
) -> None:
    monkeypatch.setitem(app.config, "ACCOUNTS_PASSKEY_DOMAIN", setting)
    with app.test_request_context("/", base_url=url):
        assert passkeys.better_url() == better


def test_a_start_does_not_wait_for_the_library(app: Flask) -> None:
    command = [sys.executable, "-c", STARTED]
    done = subprocess.run(  # noqa: S603 (it is the tests' own)
        command, cwd=app.root_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False"]
