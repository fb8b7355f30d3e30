"""Files in a bucket: a server that speaks as S3 does, over HTTP, as production would have it."""

from collections.abc import Callable, Iterator
from http.client import HTTPConnection

import pytest

from tests.projects import PYTEST, Project, Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
KEEP = """
from app import create_app
from flask_modular import db
from modules.files.services import Content, keep, url_for_file
with create_app().test_request_context():
    file = keep(Content(name="notes.txt", media_type="text/plain", data=b"0123456789"))
    db.session.commit()
    print(url_for_file(file))
"""
STARTED = """
import sys
from app import create_app
create_app().test_client().get("/livez")
print({"boto3", "botocore"} & {*sys.modules})
"""
WITHOUT_LIBRARY = """
from importlib import metadata
find = metadata.version
def version(name):
    if name == "boto3":
        raise metadata.PackageNotFoundError(name)
    return find(name)
metadata.version = version
from app import create_app
create_app()
"""


@pytest.fixture
def project(flavors: Callable[..., Project], database: str) -> Project:
    """Return a project with files and a database."""
    project = flavors("full-stack").in_production(DATABASE_URL=database)
    project.run("flask", "db", "upgrade")
    return project


@pytest.fixture
def s3(project: Project) -> Iterator[Server]:
    """Serve a bucket named `files`."""
    with project.serve("moto_server", "-H", "127.0.0.1", "-p", "{port}") as server:
        connection = HTTPConnection("127.0.0.1", server.port)
        connection.request("PUT", "/files")
        assert connection.getresponse().status == 200
        connection.close()
        yield server


@pytest.mark.full
def test_all_that_holds_for_a_folder_holds_for_a_bucket(project: Project, s3: Server) -> None:
    url = f"s3://key:se%2Fcret@127.0.0.1:{s3.port}/files/some/where?tls=0&region=eu-central-1"
    output = project.having(TEST_FILES_STORAGE=url).run(*PYTEST, "modules/files")
    assert " passed" in output
    assert "skipped" not in output


def test_processes_share_a_bucket_and_wait_for_it(project: Project, s3: Server) -> None:
    project = project.having(
        FLASK_FILES_STORAGE=f"s3://127.0.0.1:{s3.port}/files?tls=0",
        AWS_ACCESS_KEY_ID="key",
        AWS_SECRET_ACCESS_KEY="secret",
    )
    url = project.execute(KEEP).splitlines()[-1]
    with project.gunicorn() as site:
        assert site.get("/readyz").status == 200
        whole = site.get(url)
        assert (whole.status, whole.text) == (200, "0123456789")
        assert whole.headers["Content-Disposition"] == "attachment; filename=notes.txt"
        assert whole.headers["X-Content-Type-Options"] == "nosniff"
        part = site.get(url, Range="bytes=7-")
        assert (part.status, part.text) == (206, "789")
        assert site.get(url, If_None_Match=whole.headers["ETag"]).status == 304
        s3.stop()
        assert site.get(url).status == 503
        assert site.get("/readyz").status == 503
        assert site.get("/livez").status == 200


@pytest.mark.parametrize("storage", ["", "s3://key:secret@127.0.0.1:1/files?tls=0"])
def test_what_does_not_need_the_library_does_not_import_it(project: Project, storage: str) -> None:
    said = project.having(FLASK_FILES_STORAGE=storage).execute(STARTED)
    assert said.splitlines()[-1] == "set()"


def test_a_bucket_without_its_library_gets_a_sentence(project: Project) -> None:
    project = project.having(FLASK_FILES_STORAGE="s3:///files?region=eu-central-1")
    said = project.refusal("python", "-c", WITHOUT_LIBRARY).splitlines()[-1]
    assert '"files" needs boto3>=1.36, which is not installed: uv add "boto3>=1.36"' in said
