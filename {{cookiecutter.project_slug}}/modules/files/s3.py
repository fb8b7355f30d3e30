"""Contents in a bucket: of Amazon's S3, or of any server that speaks as it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib import import_module
from io import SEEK_SET, BufferedReader, RawIOBase
from typing import Any, BinaryIO

from flask import current_app
from werkzeug.exceptions import ServiceUnavailable

from .addresses import Address, read_address
from .places import key_at, place


class Unavailable(ServiceUnavailable):
    """The server of the bucket does not answer, or not as it should; the log says why."""


class Bucket:
    """Keep contents in a bucket.

    :param address: where it is, and who asks.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        # By name and late: it takes its time, and projects that keep folders do not have it.
        self._errors = import_module("botocore.exceptions")
        config = import_module("botocore.config").Config(
            connect_timeout=3,
            read_timeout=10,
            retries={"total_max_attempts": 2, "mode": "standard"},
            max_pool_connections=100,
            s3={"addressing_style": "path"} if address.endpoint else None,
            # Amazon's newest checksums are unknown to most others.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # A session of its own: the library's common one is not for threads.
        self._client: Any = (
            import_module("boto3")
            .session.Session(address.key, address.secret, region_name=address.region)
            .client("s3", endpoint_url=address.endpoint, config=config)
        )

    def __str__(self) -> str:
        return str(self.address)

    def write(self, key: str, content: bytes) -> None:
        with self._asking():
            # Were the bucket open to the world, a browser would still not run what is in it.
            self._client.put_object(
                **self._object(key), Body=content, ContentDisposition="attachment"
            )

    def open(self, key: str) -> BinaryIO:
        return BufferedReader(_Content(self, key), 65_536)

    def get(self, key: str, start: int = 0) -> Any:
        """Return the library's answer for a content, from some byte on.

        :raises FileNotFoundError: where there is none.
        """
        part = {"Range": f"bytes={start}-"} if start else {}
        with self._asking():
            return self._client.get_object(**self._object(key), **part)

    def remove(self, key: str) -> None:
        with self._asking():
            self._client.delete_object(**self._object(key))

    def list(self) -> Iterator[tuple[str, datetime]]:
        prefix = self.address.prefix
        pages = self._client.get_paginator("list_objects_v2")
        with self._asking():
            for page in pages.paginate(Bucket=self.address.bucket, Prefix=prefix):
                for one in page.get("Contents", ()):
                    key = key_at(one["Key"].removeprefix(prefix))
                    if key:
                        yield key, one["LastModified"]

    def check(self) -> None:
        with self._asking():
            self._client.head_bucket(Bucket=self.address.bucket)

    def _object(self, key: str) -> dict[str, str]:
        return {"Bucket": self.address.bucket, "Key": self.address.prefix + place(key)}

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except self._errors.ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                raise FileNotFoundError(str(self)) from None
            raise self._unavailable(error) from error
        except self._errors.BotoCoreError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> Unavailable:
        current_app.logger.error("%s: %s", self, error)
        return Unavailable()


class _Content(RawIOBase):
    """A content that is fetched while it is read, and from elsewhere once somebody has sought."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket, self._key = bucket, key
        answer = bucket.get(key)
        self._body, self._size = answer["Body"], answer["ContentLength"]
        self._fetched = self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self._position = offset + (0, self._position, self._size)[whence]
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._size:
            return 0
        if self._position != self._fetched:
            self._body.close()
            self._body = self._bucket.get(self._key, self._position)["Body"]
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        self._fetched = self._position
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()


@cache
def bucket_at(url: str) -> Bucket:
    """Return the bucket at a URL; each process has one connection pool for it."""
    return Bucket(read_address(url))
