"""Collisions: what two modules claim is refused when they are loaded."""

from __future__ import annotations

import pytest

from flask_modular.errors import CollisionError
from flask_modular.tests.project import PACKAGE, PAGE, Project

COMMAND = '\n\n@module.cli.command("x")\ndef x():\n    pass\n'
MODEL = """
from flask_modular import Model
from sqlalchemy.orm import Mapped, mapped_column


class Thing(Model):
    {}
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def refusal(project: Project) -> str:
    with pytest.raises(CollisionError) as caught:
        project.app()
    return caught.value.message


def test_two_mounts_at_one_url(project: Project) -> None:
    project.module("blog", routes=PAGE.format(""))
    project.module("wiki", routes=PAGE.format(""))
    project.settings('[wiki]\nmounts = [{ url_prefix = "/blog" }]')
    assert refusal(project).startswith('Both "blog.index" and "wiki.index" answer GET /blog/')


def test_the_same_url_by_two_methods_is_fine(project: Project) -> None:
    project.module("blog", routes=PAGE.format(""))
    project.module("wiki", routes=PAGE.format("").replace("get", "post"))
    project.settings('[wiki]\nmounts = [{ url_prefix = "/blog" }]')
    assert project.app()


def test_a_mount_with_the_name_of_another_module(project: Project) -> None:
    project.module("blog")
    project.module("wiki")
    project.settings('[wiki]\nmounts = [{ name = "blog", url_prefix = "/wiki" }]')
    assert 'The mount "blog" of "wiki" has the name of a blueprint' in refusal(project)


@pytest.mark.parametrize(
    ("name", "setting", "owner"),
    [("session", "cookie_name", "Flask"), ("blog_extra", "size", '"blog"')],
)
def test_a_setting_of_flask_or_of_another_module(
    project: Project, name: str, setting: str, owner: str
) -> None:
    project.module("blog", "[config]\nextra_size = 1")
    project.module(name, f"[config]\n{setting} = 1")
    assert f"which belongs to {owner}" in refusal(project)


@pytest.mark.parametrize("name", ["run", "routes", "shell", "db", "seed", "module"])
def test_a_command_that_is_there_already(project: Project, name: str) -> None:
    project.module(name, package=PACKAGE + COMMAND)
    assert f"would be `flask {name}`, which is there already" in refusal(project)


def test_one_template_in_two_modules(project: Project) -> None:
    for name in ("blog", "wiki"):
        project.module(name)
        project.write(f"modules/{name}/templates/index.html", "")
    assert 'Both "blog" and "wiki" have a template "index.html"' in refusal(project)


def test_a_table_with_the_prefix_of_another_module(project: Project) -> None:
    project.module("blog")
    project.module("wiki", models=MODEL.format('__tablename__ = "blog_thing"'))
    assert 'The table "blog_thing" of "wiki" has the prefix of "blog"' in refusal(project)


def test_one_endpoint_twice_in_a_module(project: Project) -> None:
    project.module("blog", routes=PAGE.format("") + '\n\nmodule.add_url_rule("/x", "index", str)\n')
    result = project.flask("seed")
    assert result.exit_code == 1
    assert '"blog" could not be loaded: AssertionError' in result.output
