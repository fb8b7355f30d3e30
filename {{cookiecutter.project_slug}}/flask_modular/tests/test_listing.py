"""`flask module list` and `graph`."""

from __future__ import annotations

from pathlib import Path

import pytest

import modules
from flask_modular.tests.project import COLLECTOR, PACKAGE, PAGE, Project
from flask_modular.tools.survey import distribution_of

MANIFEST = """
title = "Blog"
summary = "Posts."
version = "1.2.0"
requires = ["accounts"]
uses = ["tasks", "nowhere"]
packages = ["flask>=3"]
[deploy]
services = ["redis"]
processes = { worker = "flask tasks worker" }
environment = { CELERY_BROKER_URL = "redis://redis:6379/1" }
[config]
page_size = 20
api_token = "hidden"
"""
VIEWS = (
    PAGE.format("")
    + """

from flask_modular import access, current_registry


@module.post("/new")
@access("blog.write")
def new():
    return ""


@module.delete("/<int:id>")
@access.public
def delete(id):
    return ""


def shout():
    pass


current_registry().actions["blog.shout"] = shout
"""
)


@pytest.fixture
def shop(project: Project) -> Project:
    """Return a project in which every kind of edge and state is found."""
    project.module("accounts")
    project.module("blog", MANIFEST, pages=VIEWS, services="")
    project.module("site", '[collects]\npages = ["pages.py"]', package=COLLECTOR)
    project.module("tasks")
    project.module("wiki")
    project.settings(
        "[wiki]\nenabled = false\n"
        '[blog]\nmounts = [{ url_prefix = "/news" }, { name = "press", url_prefix = "/p" }]'
    )
    return project


def cells(text: str, name: str) -> list[str]:
    [line] = [line for line in text.splitlines() if line.split()[:1] == [name]]
    return line.split()


def test_the_table_is_aligned_and_says_it_all(shop: Project) -> None:
    lines = shop.run("module", "list").splitlines()
    titles = ["Name", "Version", "Source", "State", "Parts", "Routes", "Tables", "Pending"]
    assert lines[0].split() == titles
    assert all(lines[1][lines[0].index(title) - 1] == " " for title in titles[1:])
    row = cells("\n".join(lines), "blog")
    assert row == ["blog", "1.2.0", "modules/blog", "enabled", "services,", "pages", "6", "0", "0"]
    assert cells("\n".join(lines), "wiki")[3] == "disabled"


def test_urls_that_another_server_answers_are_no_routes(project: Project) -> None:
    rule = 'module.add_url_rule("/<name>", endpoint="download", build_only=True)'
    project.module("blog", package=f"{PACKAGE}\n{rule}\n", routes=PAGE.format(""))
    assert "download" not in project.run("module", "list", "blog")


def test_one_module_is_described(shop: Project) -> None:
    lines = shop.run("module", "list", "blog").splitlines()
    assert lines[0] == "Blog: Posts."
    for expected in (
        "Requires     accounts",
        "Uses         tasks, nowhere",
        "Services     redis",
        "Processes    worker: flask tasks worker",
        "Environment  CELERY_BROKER_URL=redis://redis:6379/1",
        "Mounts       blog at /news, press at /p",
        "Offers       pages to site",
        "BLOG_PAGE_SIZE = 20",
        "BLOG_API_TOKEN = '…'",
    ):
        assert expected in lines


def test_it_says_who_may_do_what(shop: Project) -> None:
    lines = [line.split() for line in shop.run("module", "list", "blog").splitlines()]
    assert ["POST", "/news/new", "blog.new", "blog.write"] in lines
    assert ["DELETE", "/p/<int:id>", "press.delete", "anyone"] in lines
    assert ["GET", "/news/", "blog.index", "not", "declared"] in lines
    assert ["EVENT", "blog.shout", "modules.blog.pages.shout", "not", "declared"] in lines


def test_a_required_module_names_its_dependents(shop: Project) -> None:
    assert "Required by  blog" in shop.run("module", "list", "accounts")


def test_an_unknown_module_gets_the_nearest_name(shop: Project) -> None:
    result = shop.flask("module", "list", "blogs")
    assert (result.exit_code, 'Did you mean "blog"?' in result.output) == (1, True)


def test_nothing_is_said_to_be_there(project: Project) -> None:
    assert project.run("module", "list") == "No modules are installed.\n"
    assert project.run("module", "graph") == "No modules are installed.\n"


def test_a_broken_settings_file_leaves_the_list(shop: Project) -> None:
    shop.settings("[blog")
    output = shop.run("module", "list")
    assert "modules.toml" in output.splitlines()[-1]
    assert cells(output, "accounts")[3] == "enabled"


@pytest.mark.parametrize("editable", [False, True])
def test_an_installed_module_names_its_distribution(
    project: Project, monkeypatch: pytest.MonkeyPatch, editable: bool
) -> None:
    site = project.root / "site"
    folder = project.write("site/modules/forum/__init__.py", PACKAGE).parent
    project.write("site/acme_forum-2.1.dist-info/METADATA", "Name: acme-forum\nVersion: 2.1\n")
    if editable:
        url = f'{{"url": "{site.as_uri()}", "dir_info": {{"editable": true}}}}'
        project.write("site/acme_forum-2.1.dist-info/direct_url.json", url)
    else:
        project.write("site/acme_forum-2.1.dist-info/RECORD", "modules/forum/__init__.py,,\n")
    monkeypatch.syspath_prepend(str(site))
    modules.__path__.append(str(site / "modules"))
    found = distribution_of(folder)
    assert found is not None
    assert found.name == "acme-forum"
    row = cells(project.run("module", "list"), "forum")
    assert row[:5] == ["forum", "0", "acme-forum", "2.1", "disabled"]
    project.settings("[forum]\nenabled = true")
    assert "forum" in project.registry().modules


def test_a_folder_of_no_distribution_belongs_to_none(tmp_path: Path) -> None:
    assert distribution_of(tmp_path / "modules" / "stray") is None


def test_the_graph_as_text(shop: Project) -> None:
    assert shop.run("module", "graph", "--format", "text").splitlines() == [
        "accounts",
        "blog",
        "  requires accounts",
        "  uses site (pages)",
        "  uses tasks",
        "site",
        "  collects pages",
        "tasks",
        "wiki (disabled)",
    ]


def test_the_graph_for_mermaid(shop: Project) -> None:
    lines = shop.run("module", "graph").splitlines()
    assert lines[0] == "graph TD"
    assert '    m_wiki["wiki (disabled)"]' in lines
    assert lines[-3:] == [
        "    m_blog --> m_accounts",
        '    m_blog -.->|"pages"| m_site',
        "    m_blog -.-> m_tasks",
    ]


def test_the_graph_for_graphviz(shop: Project) -> None:
    lines = shop.run("module", "graph", "--format", "dot").splitlines()
    assert lines[0] == "digraph modules {"
    assert '    "blog" -> "accounts" [style=solid];' in lines
    assert '    "blog" -> "site" [style=dashed, label="pages"];' in lines


def test_a_missing_requirement_is_drawn(project: Project) -> None:
    project.module("blog", 'requires = ["accounts"]')
    lines = project.run("module", "graph", "--format", "text").splitlines()
    assert lines == ["accounts (missing)", "blog (broken)", "  requires accounts"]
