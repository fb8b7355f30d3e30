"""Settings that cannot be right: refused before anybody is served."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from limits import parse_many

from flask_modular import ModularError
from flask_modular.values import check_limits, check_numbers

from .permissions import check_patterns

LIMITS = tuple(f"ACCOUNTS_{kind}_LIMIT" for kind in ("ACCOUNT", "ADDRESS", "MAIL", "MAILS"))
PATTERNS = ("ACCOUNTS_EVERYONE", "ACCOUNTS_MEMBERS")
MOST_DAYS = 3650
DAYS = {"ACCOUNTS_TOKEN_DAYS": (1, MOST_DAYS), "ACCOUNTS_KEEP_EXPIRED_DAYS": (0, MOST_DAYS)}
_is_domain = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?").fullmatch
_is_prefix = re.compile(r"[A-Za-z0-9_-]{1,20}").fullmatch


def check_settings(config: Mapping[str, Any]) -> None:
    """Refuse settings that would only fail when somebody signs in.

    :raises ModularError: naming the first one.
    """
    for name in PATTERNS:
        check_patterns(f"FLASK_{name}", config[name])
    check_limits(config, parse_many, *LIMITS)
    if not _is_prefix(config["ACCOUNTS_TOKEN_PREFIX"]):
        raise ModularError(
            f'FLASK_ACCOUNTS_TOKEN_PREFIX is "{config["ACCOUNTS_TOKEN_PREFIX"]}"; write 1 to 20 '
            f"letters, digits, hyphens or underscores."
        )
    domain = config["ACCOUNTS_PASSKEY_DOMAIN"]
    if domain and not _is_domain(str(domain)):
        raise ModularError(
            f'FLASK_ACCOUNTS_PASSKEY_DOMAIN is "{domain}", which is no domain; '
            f'write one in lower case, such as "example.com", without "https://" and port.'
        )
    check_numbers(config, DAYS)
