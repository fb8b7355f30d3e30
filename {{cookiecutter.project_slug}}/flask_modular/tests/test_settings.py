"""`modules.toml`: switches, mounts and configuration."""

from __future__ import annotations

import pytest
from flask import url_for

from flask_modular import current_registry
from flask_modular.errors import SettingsError
from flask_modular.tests.project import PACKAGE, PAGE, Project

LINKS = """from flask import url_for

from . import module


@module.get("/")
def index():
    return f"{url_for('.index')} {url_for('.static', filename='x.css')}"
"""
CONFIG = """
[config]
page_size = 20
ratio = 0.5
title = "Blog"
open = true
tags = ["a"]
"""


def test_a_module_is_mounted_at_its_name(project: Project) -> None:
    project.module("blog", routes=PAGE.format("hello"))
    assert project.get("/blog/") == "hello"


def test_a_module_that_is_switched_off_is_not_imported(project: Project) -> None:
    project.module("blog", package="raise RuntimeError")
    project.settings("[blog]\nenabled = false")
    registry = project.registry()
    assert "blog" in registry.known
    assert "blog" not in registry.modules


def test_several_mounts_keep_to_themselves(project: Project) -> None:
    project.module("blog", routes=LINKS)
    project.write("modules/blog/static/x.css", "")
    project.settings(
        '[blog]\nmounts = [{ url_prefix = "/news" }, { name = "press", url_prefix = "/a/b/press" }]'
    )
    client = project.app().test_client()
    assert client.get("/news/").text == "/news/ /news/static/x.css"
    assert client.get("/a/b/press/").text == "/a/b/press/ /a/b/press/static/x.css"
    assert client.get("/a/b/press/static/x.css", buffered=True).status_code == 200
    assert client.get("/blog/").status_code == 404


def test_an_endpoint_leads_to_the_first_mount_whatever_it_is_called(project: Project) -> None:
    project.module("blog", routes=LINKS)
    project.settings('[blog]\nmounts = [{ name = "news" }, { name = "press", url_prefix = "/p" }]')
    app = project.app()
    with app.test_request_context("/p/"):
        registry = current_registry()
        assert url_for(registry.endpoint("blog", ".index"), _external=False) == "/blog/"
        assert registry.endpoint("blog", "_api.job") == "news_api.job"


def test_the_title_of_a_mount_is_its_label_in_the_menu(project: Project) -> None:
    project.module("blog", package=PACKAGE + 'module.menu("Blog", ".index")\n', routes=LINKS)
    project.settings('[blog]\nmounts = [{ title = "News" }, { name = "press", url_prefix = "/p" }]')
    menu = project.registry().menu
    assert {item.label: item.endpoint for item in menu} == {
        "Blog": "press.index",
        "News": "blog.index",
    }


def test_a_mount_may_have_a_subdomain(project: Project) -> None:
    project.module("blog", routes=PAGE.format("hello"))
    project.settings('[blog]\nmounts = [{ subdomain = "news", url_prefix = "/" }]')
    app = project.app(SERVER_NAME="example.com")
    app.subdomain_matching = True
    assert {rule.subdomain for rule in app.url_map.iter_rules("blog.index")} == {"news"}


def test_configuration_comes_from_the_manifest(project: Project) -> None:
    project.module("blog", CONFIG)
    config = project.app().config
    assert (config["BLOG_PAGE_SIZE"], config["BLOG_RATIO"], config["BLOG_OPEN"]) == (20, 0.5, True)


def test_modules_toml_overrides_the_manifest(project: Project) -> None:
    project.module("blog", CONFIG)
    project.settings('[blog]\nconfig = { page_size = 50, title = "News", ratio = 2 }')
    config = project.app().config
    assert (config["BLOG_PAGE_SIZE"], config["BLOG_TITLE"], config["BLOG_RATIO"]) == (
        50,
        "News",
        2.0,
    )


def test_the_environment_overrides_both(project: Project) -> None:
    project.module("blog", CONFIG)
    project.settings("[blog]\nconfig = { page_size = 50 }")
    # What `app.config.from_prefixed_env` makes of FLASK_BLOG_PAGE_SIZE=5 and FLASK_BLOG_TITLE=2024.
    config = project.app(BLOG_PAGE_SIZE=5, BLOG_TITLE=2024).config
    assert (config["BLOG_PAGE_SIZE"], config["BLOG_TITLE"]) == (5, "2024")


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("PAGE_SIZE", "many", "a whole number"),
        ("PAGE_SIZE", True, "a whole number"),
        ("OPEN", "yes", r"true or false\.$"),
        ("RATIO", "half", "a number"),
        ("TAGS", "a", "a list"),
    ],
)
def test_a_value_of_another_type_is_refused(
    project: Project, key: str, value: object, wanted: str
) -> None:
    project.module("blog", CONFIG)
    with pytest.raises(SettingsError, match=f"FLASK_BLOG_{key} is .*; write {wanted}"):
        project.app(**{f"BLOG_{key}": value})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[blog", "is no valid TOML"),
        ("blog = 1", '"blog" in modules.toml is no table'),
        ("[blog]\nenable = false", 'Did you mean "enabled"?'),
        ('[blog]\nenabled = "no"', "write true or false"),
        ("[blog]\nconfig = 1", "write { key = value }"),
        ("[blog]\nconfig = { page_siz = 1 }", 'Did you mean "page_size"?'),
        ("[blog]\nmounts = []", "`enabled = false` to switch the module off"),
        ("[blog]\nmounts = [1]", "A mount of [blog] is 1"),
        ("[blog]\nmounts = [{ prefix = '/x' }]", 'unknown key "prefix"'),
        ("[blog]\nmounts = [{ url_prefix = 1 }]", "write a string"),
        ("[blog]\nmounts = [{ url_prefix = 'x' }]", 'write "/x"'),
        ("[blog]\nmounts = [{ name = 'a.b' }]", "has a dot"),
        ("[blog]\nmounts = [{}, { url_prefix = '/x' }]", 'two mounts named "blog"'),
    ],
)
def test_settings_that_cannot_be_used_are_refused(project: Project, text: str, said: str) -> None:
    project.module("blog", CONFIG)
    project.settings(text)
    with pytest.raises(SettingsError) as caught:
        project.app()
    assert said in caught.value.message
