from typing import Any

import pytest
from flask_mailman import EmailMessage

from modules.accounts.services import User
from modules.mail.services import send

ELSEWHERE = "https://shop.example/accounts/address/secret"
FORGOTTEN = "https://shop.example/accounts/password/forgotten"
PHONE = {"name": "Phone", "pages": True, "forgotten": FORGOTTEN}


# Pages send these; modules of a project without pages may do so as well.
@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("address", {"link": ELSEWHERE}, ELSEWHERE),
        ("address_taken", {}, "another account"),
        ("address_changed", {}, "ada@example.com"),
        ("passkey", {**PHONE, "added": True}, "“Phone” opens your account from now on"),
        ("passkey", {**PHONE, "added": False}, "“Phone” opens your account no longer"),
        ("two_factor", {"on": True}, "recovery code"),
        ("two_factor", {"on": False}, "password alone"),
    ],
)
def test_whom_it_concerns_is_told_what_happened(
    ada: User, mails: list[EmailMessage], name: str, values: dict[str, Any], said: str
) -> None:
    send(ada.email, f"accounts/{name}", user=ada, **values)
    [mail] = mails
    assert mail.subject
    assert said in mail.body
