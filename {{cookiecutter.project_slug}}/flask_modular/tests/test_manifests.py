"""Manifests: what a module says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from flask_modular.errors import ManifestError
from flask_modular.manifest import find_folders, read_manifest
from flask_modular.tests.project import Project

FULL = """
title = "Blog"
summary = "Posts."
version = "1.2.0"
kernel = ">=1.0"
requires = ["accounts"]
uses = ["tasks"]
packages = ["markdown>=3.7"]
[config]
page_size = 20
[collects]
pages = ["pages.py"]
"""


def test_a_manifest_is_read_without_importing_the_module(project: Project) -> None:
    folder = project.module("blog", FULL, package="raise RuntimeError")
    manifest = read_manifest(folder)
    assert (manifest.title, manifest.version, manifest.requires) == ("Blog", "1.2.0", ("accounts",))
    assert manifest.config == {"page_size": 20}
    assert manifest.collects == {"pages": ("pages.py",)}
    assert manifest.dependencies == ("accounts", "tasks")


def test_a_module_needs_no_manifest(project: Project) -> None:
    manifest = read_manifest(project.module("news_feed"))
    assert (manifest.name, manifest.title, manifest.requires) == ("news_feed", "News feed", ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "is no valid TOML"),
        ('tilte = "Blog"', 'Did you mean "title"?'),
        ("name = 'x'", 'unknown key "name"'),
        ("version = 1", "write a string"),
        ('requires = "accounts"', "write a list of strings"),
        ("config = 3", "write a table"),
        ("deploy = 3", "write `services`"),
        ("[deploy]\nservices = 'redis'", "write `services`, a list of strings"),
        ("[deploy]\nprocesses = ['worker']", "`environment`, tables of strings"),
        ("[deploy]\nservice = ['redis']", "write `services`"),
        ("[collects]\npages = []", "write a table of lists of file names"),
    ],
)
def test_a_manifest_that_cannot_be_understood_is_refused(
    project: Project, text: str, said: str
) -> None:
    folder = project.module("blog", text)
    with pytest.raises(ManifestError, match="manifest") as caught:
        read_manifest(folder)
    assert said in caught.value.message


def test_a_folder_that_is_no_module_name_is_refused(project: Project) -> None:
    with pytest.raises(ManifestError, match="rename the folder"):
        read_manifest(project.module("My-Blog"))


def test_folders_without_a_package_and_hidden_ones_are_no_modules(project: Project) -> None:
    project.module("blog")
    project.module("_draft")
    project.module(".hidden")
    (project.root / "modules" / "assets").mkdir()
    assert [folder.name for folder in find_folders([str(project.root / "modules")])] == ["blog"]


def test_a_local_folder_wins_over_an_installed_one(project: Project) -> None:
    local = project.module("blog")
    installed = project.write("site/modules/blog/__init__.py", "").parent
    other = project.write("site/modules/wiki/__init__.py", "").parent
    found = find_folders([str(local.parent), str(installed.parent)])
    assert found == {local: True, other: False}


def test_a_path_that_is_not_there_has_no_modules(tmp_path: Path) -> None:
    assert find_folders([str(tmp_path / "nowhere")]) == {}


def test_a_part_may_be_a_file_or_a_package(project: Project) -> None:
    manifest = read_manifest(project.module("blog", views="", api__pages=""))
    assert manifest.offers(["views.py", "forms.py"])
    assert manifest.offers(["api.py"])
    assert not manifest.offers(["admin.py", "views.py"])
