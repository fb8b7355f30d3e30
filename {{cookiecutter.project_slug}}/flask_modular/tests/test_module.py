"""Everything that a module may contribute; `test_every_contribution_has_a_test` counts them."""

from __future__ import annotations

from importlib import resources

from flask import Blueprint, Flask

from flask_modular import Module, access, current_identity, gettext, lazy_gettext, ngettext
from flask_modular.registry import registry_of
from flask_modular.tests.project import COLLECTOR, PACKAGE, PAGE, Project

TWICE = '[blog]\nmounts = [{ url_prefix = "/news" }, { name = "press", url_prefix = "/press" }]'


def contribute(project: Project, code: str) -> Flask:
    """Make an application with a module that is mounted twice and does something more."""
    project.module("blog", package=PACKAGE + code, routes=PAGE.format("hello"))
    project.settings(TWICE)
    return project.app()


def test_the_kernel_says_that_it_is_typed() -> None:
    assert resources.files("flask_modular").joinpath("py.typed").is_file()


def test_a_module_is_a_blueprint() -> None:
    module = Module("modules.blog")
    assert isinstance(module, Blueprint)
    assert (module.name, module.url_prefix, module.static_folder) == ("blog", "/blog", None)


def test_options_of_a_blueprint_hold() -> None:
    module = Module("modules.blog", url_prefix="/", cli_group="posts")
    assert (module.url_prefix, module.cli_group) == ("/", "posts")


def test_menu_adds_an_entry_for_each_mount(project: Project) -> None:
    code = 'module.menu("Blog", ".index", order=5, icon="pen", visible=lambda: False)\n'
    first, second = registry_of(contribute(project, code)).menu
    assert (first.label, first.module, first.order, first.icon) == ("Blog", "blog", 5, "pen")
    assert (first.endpoint, second.endpoint) == ("blog.index", "press.index")
    assert not first.is_visible()


def test_menu_is_sorted_by_order_and_label(project: Project) -> None:
    lines = [
        f'module.menu("{label}", ".index", order={order})\n'
        for label, order in (("C", 2), ("B", 2), ("A", 3), ("D", 1))
    ]
    project.module("blog", package=PACKAGE + "".join(lines), routes=PAGE.format("hello"))
    menu = project.registry().menu
    assert [item.label for item in menu] == ["D", "B", "C", "A"]
    assert all(item.is_visible() for item in menu)


def test_menu_may_lead_elsewhere(project: Project) -> None:
    app = contribute(project, 'module.menu("Home", "static")\n')
    assert {item.endpoint for item in registry_of(app).menu} == {"static"}


def test_seed_runs_once_however_often_it_is_mounted(project: Project) -> None:
    contribute(project, '\n\n@module.seed\ndef sow():\n    print("sown")\n')
    assert project.run("seed") == "sown\nSeeded blog.\n"


def test_health_is_asked_once(project: Project) -> None:
    app = contribute(project, '\n\n@module.health\ndef disk():\n    return "full"\n')
    [check] = registry_of(app).health["blog"]
    assert check() == "full"


def test_ready_is_called_when_everything_is_registered(project: Project) -> None:
    code = """

@module.ready
def look(app):
    app.config.setdefault("SEEN", []).append(len(list(app.url_map.iter_rules("press.index"))))
"""
    assert contribute(project, code).config["SEEN"] == [1]


def test_policy_refuses_a_request(project: Project) -> None:
    code = '\n\n@module.policy\ndef never(permission):\n    return "no", 403\n'
    assert contribute(project, code).test_client().get("/news/").status_code == 403


def test_identity_says_who_asks(project: Project) -> None:
    code = """
from flask import request

@module.identity
def who():
    return request.headers.get("X-Who")
"""
    app = contribute(project, code)
    with app.app_context():
        assert current_identity() == ""
    with app.test_request_context():
        assert current_identity() == ""
    with app.test_request_context(headers={"X-Who": "user:7"}):
        assert current_identity() == "user:7"


def test_sign_in_makes_the_clients_of_tests_somebody(project: Project) -> None:
    code = """

@module.sign_in
def badge(client):
    client.environ_base["HTTP_X_WHO"] = "user:7"
"""
    [sign_in] = registry_of(contribute(project, code)).sign_ins["blog"]
    client = project.app().test_client()
    sign_in(client)
    assert client.environ_base["HTTP_X_WHO"] == "user:7"


def test_translator_gives_texts_their_language(project: Project) -> None:
    code = """

@module.translator
def exclaim(message, several, number):
    return (message if several is None or number == 1 else several) + "!"
"""
    contribute(project, code)
    greeting = lazy_gettext("Hello")
    assert str(greeting) == "Hello"
    with project.app().app_context():
        assert str(greeting) == "Hello!"
        assert gettext("Hello %(name)s", name="Ada") == "Hello Ada!"
        assert ngettext("%(number)s note", "%(number)s notes", 2) == "2 notes!"


def test_permit_declares_for_a_library(project: Project) -> None:
    code = 'from flask_modular import access\n\nmodule.permit("lib.login", access.public)\n'
    assert registry_of(contribute(project, code)).permits == {"lib.login": access.public}


def test_model_extends_every_model_also_those_of_required_modules(project: Project) -> None:
    extension = PACKAGE + '\n\n@module.model\ndef mark(cls):\n    cls.marked_by = "tenants"\n'
    model = (
        "from flask_modular import Model\nfrom sqlalchemy.orm import Mapped, mapped_column\n\n\n"
        "class Note(Model):\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    project.module("tenants", 'requires = ["papers"]', package=extension)
    project.module("papers", models=model)
    project.app()
    import modules.papers.models

    assert modules.papers.models.Note.marked_by == "tenants"


def test_collects_takes_in_a_part_of_others(project: Project) -> None:
    project.module("site", '[collects]\npages = ["pages.py"]\n', package=COLLECTOR)
    project.module("blog", pages=PAGE.format("a page"))
    assert project.get("/blog/") == "a page"


def test_commands_exist_once(project: Project) -> None:
    code = '\n\n@module.cli.command("count")\ndef count():\n    print("one")\n'
    contribute(project, code)
    assert project.run("blog", "count") == "one\n"


def test_templates_and_static_files_are_found(project: Project) -> None:
    page = PAGE.replace("from .", "from flask import render_template\n\nfrom .")
    page = page.replace('"{}"', 'render_template("blog/index.html")')
    project.module("blog", routes=page)
    project.write(
        "modules/blog/templates/blog/index.html", "{{ url_for('.static', filename='x') }}"
    )
    project.write("modules/blog/static/x", "")
    assert project.get("/blog/") == "/blog/static/x"


def test_every_contribution_has_a_test() -> None:
    contributions = {name for name in vars(Module) if not name.startswith("_")}
    tests = [name for name in globals() if name.startswith("test_")]
    untested = {name for name in contributions if not any(f"test_{name}_" in one for one in tests)}
    assert not untested
