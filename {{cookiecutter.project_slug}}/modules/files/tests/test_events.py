from __future__ import annotations

from typing import Any

import pytest

from app import create_app
from flask_modular import ModularError, db, has
from modules.files.models import File
from modules.files.services import inspect, keep, url_for_file
from modules.files.storage import current_storage

from .conftest import image, upload


@pytest.mark.parametrize(
    "settings",
    [
        {"FILES_MAX_BYTES": 0},
        {"FILES_MAX_BYTES": 16 * 1024 * 1024},
        {"FILES_MAX_PIXELS": 0},
    ],
)
def test_a_limit_that_makes_no_sense_stops_the_application(settings: dict[str, Any]) -> None:
    with pytest.raises(ModularError, match=next(iter(settings))):
        create_app(settings)


@pytest.mark.parametrize(
    ("storage", "sentence"),
    [
        ("bucket", "no address of S3"),
        ("https://key:hidden@127.0.0.1:9000/bucket", "no address of S3"),
        ("s3://bucket", "names no bucket"),
        ("s3://key:hidden@127.0.0.1:9000", "names no bucket"),
        ("s3://key:hidden@127.0.0.1:9000/..", "names no bucket"),
        ("s3://key:hidden@:9000/bucket", "names no server"),
        ("s3://key:hid/den@127.0.0.1/bucket", "cannot be understood"),
        ("s3://127.0.0.1:90000/bucket", "cannot be understood"),
        ("s3://hidden@127.0.0.1/bucket", "half of a key"),
        ("s3:///bucket?region=", "option"),
        ("s3:///bucket?tls=no", "option"),
        ("s3:///bucket?acl=hidden", "option"),
    ],
)
def test_a_storage_that_cannot_be_stops_the_application(storage: str, sentence: str) -> None:
    with pytest.raises(ModularError, match=f"FLASK_FILES_STORAGE.*{sentence}") as error:
        create_app({"FILES_STORAGE": storage})
    assert "hidden" not in str(error.value)


@pytest.mark.usefixtures("request_context")
def test_the_files_of_somebody_go_with_the_account() -> None:
    if has("accounts"):
        from modules.accounts.services import create_user, delete_account, export_account

        user, other = create_user("ada@example.com"), create_user("ben@example.com")
        db.session.flush()
        files = [keep(inspect(upload(image())), owner=f"user:{one.id}") for one in (user, other)]
        db.session.commit()
        keys = [file.key() for file in files]
        assert export_account(user)["files"][0]["url"] == url_for_file(files[0])
        delete_account(user)
        assert db.session.query(File).all() == [files[1]]
        assert set(keys) & set(dict(current_storage().list())) == {keys[1]}
