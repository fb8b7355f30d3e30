"""Names of secrets: what they hold is neither shown nor written down."""

from __future__ import annotations

import re

is_secret = re.compile(
    r"(.*_)?(password|passwd|passphrase|secrets?|tokens?|digest|hash|credentials?|api_?key"
    r"|private_key|recovery_codes|uniquifier)(_.*)?",
    re.I,
).fullmatch
