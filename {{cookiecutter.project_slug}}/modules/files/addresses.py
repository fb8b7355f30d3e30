"""The URL that says where files are kept, where that is not a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from flask_modular import ModularError

WANTED = (
    "write it like s3://key:secret@host:9000/bucket?region=eu-central-1, with %2F for a slash in "
    "the secret, or s3:///bucket for Amazon's own."
)


@dataclass(frozen=True)
class Address:
    """Where a bucket is, and who asks for it.

    :param endpoint: the server's URL; Amazon's own where there is none.
    :param key: where there is none, it and its secret are in the environment, as for any program.
    """

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    key: str | None = None
    secret: str | None = field(default=None, repr=False)
    region: str | None = None

    def __str__(self) -> str:
        host = (self.endpoint or "").partition("://")[2]
        return f"s3://{host}/{self.bucket}/{self.prefix}".rstrip("/")


def read_address(text: str) -> Address:
    """Read `FILES_STORAGE`.

    :raises ModularError: when it cannot be understood; what it holds is not repeated.
    """
    url = _split(text)
    if url.scheme != "s3":
        raise ModularError(f"FLASK_FILES_STORAGE is no address of S3; {WANTED}")
    region, tls = _options(url)
    bucket, _, prefix = unquote(url.path).strip("/").partition("/")
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]+", bucket, re.ASCII):
        raise ModularError(f"FLASK_FILES_STORAGE names no bucket; {WANTED}")
    if bool(url.username) != bool(url.password):
        raise ModularError(f"FLASK_FILES_STORAGE has half of a key and its secret; {WANTED}")
    return Address(
        bucket,
        f"{prefix}/" if prefix else "",
        _endpoint(url, tls),
        unquote(url.username) if url.username else None,
        unquote(url.password) if url.password else None,
        region,
    )


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        url.port  # noqa: B018 (a number out of range shows only here)
    except ValueError:
        raise ModularError(f"FLASK_FILES_STORAGE cannot be understood; {WANTED}") from None
    return url


def _options(url: SplitResult) -> tuple[str | None, bool]:
    options = {name: values[-1] for name, values in parse_qs(url.query, True).items()}
    region, tls = options.pop("region", None), options.pop("tls", "1")
    named = region is None or re.fullmatch(r"[a-z0-9-]+", region)
    if options or not named or tls not in ("0", "1"):
        raise ModularError(
            "FLASK_FILES_STORAGE has an option that is none; write ?region=eu-central-1, or ?tls=0 "
            "for a server that has no TLS."
        )
    return region, tls == "1"


def _endpoint(url: SplitResult, tls: bool) -> str | None:
    host = url.netloc.rpartition("@")[2]
    if not host:
        return None
    if not re.fullmatch(r"([\w.-]+|\[[\da-f:]+\])(:\d+)?", host, re.ASCII | re.IGNORECASE):
        raise ModularError(f"FLASK_FILES_STORAGE names no server; {WANTED}")
    return f"{'https' if tls else 'http'}://{host}"
