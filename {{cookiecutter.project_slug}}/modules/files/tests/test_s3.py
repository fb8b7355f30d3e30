"""What only a bucket does. TEST_FILES_STORAGE names one: all other tests use it as well then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import db
from modules.files.models import File
from modules.files.s3 import Bucket, Unavailable
from modules.files.services import delete, store, url_for_file

from .conftest import image, upload

NOBODY = "s3://key:nobodys@127.0.0.1:1/bucket?tls=0"


@pytest.fixture
def stored(request_context: None) -> File:
    file = store(upload(image()))
    db.session.commit()
    return file


@pytest.fixture
def silence(stored: File, monkeypatch: pytest.MonkeyPatch) -> File:
    """Keep a file where afterwards nobody answers."""
    pytest.importorskip("boto3")
    monkeypatch.setenv("TEST_FILES_STORAGE", NOBODY)
    return stored


def test_one_bucket_keeps_the_files_of_several(bucket: Bucket) -> None:
    other = Bucket(replace(bucket.address, prefix="other/"))
    bucket.write("mine", b"mine")
    other.write("other", b"other")
    assert [[key for key, _ in one.list()] for one in (bucket, other)] == [["mine"], ["other"]]
    other.remove("other")


def test_objects_of_others_are_not_seen(bucket: Bucket) -> None:
    bucket.write("mine", b"mine")
    where = bucket.address.bucket
    for name in ("README", "logs/today", "mi/other", "mi/mi/mine"):
        name = bucket.address.prefix + name
        bucket._client.put_object(Bucket=where, Key=name, Body=b"not ours")
    assert [key for key, _ in bucket.list()] == ["mine"]


def test_what_is_in_a_bucket_is_nothing_to_run(bucket: Bucket) -> None:
    bucket.write("mine", b"<script>")
    answer = bucket.get("mine")
    answer["Body"].close()
    assert answer["ContentDisposition"] == "attachment"
    assert answer["ContentType"] in ("binary/octet-stream", "application/octet-stream")


def test_a_bucket_that_is_not_there_is_no_missing_file(bucket: Bucket) -> None:
    lost = Bucket(replace(bucket.address, bucket="there-is-none"))
    for ask in (lost.check, lambda: lost.open("key"), lambda: list(lost.list())):
        with pytest.raises(Unavailable):
            ask()


def test_a_server_that_does_not_answer_is_said_to_visitors(
    silence: File, visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = visitor.get(url_for_file(silence))
    assert answer.status_code == 503
    assert "nobodys" not in answer.text + caplog.text
    assert "s3://127.0.0.1:1/bucket" in caplog.text
    assert "127.0.0.1:1" not in answer.text


def test_nothing_is_kept_where_nobody_answers(silence: File) -> None:
    with pytest.raises(Unavailable):
        store(upload(image()))
    db.session.commit()
    assert db.session.query(File).all() == [silence]


def test_a_deletion_stands_where_nobody_answers(
    silence: File, caplog: pytest.LogCaptureFixture
) -> None:
    delete(silence)
    db.session.commit()
    assert db.session.query(File).all() == []
    assert f"{silence.key()} is left over" in caplog.text


@pytest.mark.parametrize("command", ["prune", "copy"])
def test_operators_are_told_in_a_sentence(app: Flask, silence: File, command: str) -> None:
    result = app.test_cli_runner().invoke(args=["files", command])
    assert "s3://127.0.0.1:1/bucket cannot be reached: " in result.output
    assert "Traceback" not in result.output


def test_readiness_waits_for_the_bucket(silence: File, visitor: FlaskClient) -> None:
    answer = visitor.get("/readyz")
    if answer.status_code != 404:  # where there are health pages
        assert (answer.status_code, answer.get_json()["checks"]["files.storage"]) == (503, "failed")
