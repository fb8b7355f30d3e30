"""`flask module check`: each rule is broken once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import modules
from flask_modular.tests.project import COLLECTOR, PACKAGE, PAGE, Project
from flask_modular.tools.imports import imports

MODEL = """
from flask_modular import Model
from sqlalchemy.orm import Mapped, mapped_column


class Note(Model):
    {}
    id: Mapped[int] = mapped_column(primary_key=True)
"""
SITE = '[collects]\npages = ["pages.py"]'


def check(project: Project) -> list[dict[str, Any]]:
    """Return the findings of a project."""
    result = project.flask("module", "check", "--json")
    findings: list[dict[str, Any]] = json.loads(result.output)
    assert result.exit_code == any(one["level"] == "error" for one in findings)
    return findings


def blog(project: Project, manifest: str = "", **parts: str) -> None:
    """Write a module that is in order, but for the parts that are given."""
    tests = {f"tests__test_{name}": "" for name in parts if "__" not in name}
    project.module("blog", manifest, **{"tests__test_routes": "", **tests, **parts})


def only(project: Project) -> dict[str, Any]:
    [finding] = check(project)
    return finding


def place(finding: dict[str, Any]) -> tuple[object, ...]:
    return finding["id"], finding["file"], finding["line"]


def test_a_project_in_order_has_no_findings(project: Project) -> None:
    blog(project, routes=PAGE.format(""))
    assert project.run("module", "check") == "1 module checked, nothing found.\n"
    assert check(project) == []


def test_a_finding_says_where_and_what_to_do(project: Project) -> None:
    blog(project, routes=PAGE.format("") + "\nimport config\n")
    result = project.flask("module", "check")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        'modules/blog/routes.py:8: error M204: "blog" imports "config".',
        "    Use flask.current_app and its config: a module never names its project.",
        "1 error, 0 warnings.",
    ]


@pytest.mark.parametrize(
    ("manifest", "identifier"),
    [("[", "M001"), ('requires = ["nope"]', "M003"), ('packages = ["no-such-thing"]', "M003")],
)
def test_what_keeps_a_module_from_loading(project: Project, manifest: str, identifier: str) -> None:
    blog(project, manifest)
    finding = only(project)
    assert (finding["id"], finding["file"]) == (identifier, "modules/blog/manifest.toml")


def test_everything_that_is_missing_is_said_at_once(project: Project) -> None:
    blog(project, 'requires = ["nope"]\npackages = ["no-such-thing"]')
    project.module("wiki", 'requires = ["nor_this"]')
    assert [one["id"] for one in check(project)] == ["M003"] * 3


def test_a_cycle(project: Project) -> None:
    project.module("a", 'requires = ["b"]')
    project.module("b", 'requires = ["a"]')
    [finding] = [one for one in check(project) if one["level"] == "error"]
    assert finding["id"] == "M003"
    assert re.search("a → b → a|b → a → b", finding["message"])


def test_a_part_that_fails_names_its_line(project: Project) -> None:
    blog(project, routes="x = 1\n1 / 0\n")
    assert place(only(project)) == ("M004", "modules/blog/routes.py", 2)


def test_a_file_that_is_no_python(project: Project) -> None:
    blog(project, services="x = (\n")
    assert (only(project)["id"], only(project)["line"]) == ("M005", 1)


@pytest.mark.parametrize("path", ["notes.py", "tests/test_notes.py", "templates/blog/index.html"])
def test_a_file_that_is_no_utf_8(project: Project, path: str) -> None:
    project.module("accounts")
    blog(project, 'requires = ["accounts"]', services="import modules.accounts")
    project.write(f"modules/blog/{path}", "").write_bytes(b"# caf\xe9")
    finding = only(project)
    assert place(finding) == ("M005", f"modules/blog/{path}", None)
    assert "can't decode byte 0xe9" in finding["message"]


def test_collisions(project: Project) -> None:
    blog(project, routes=PAGE.format(""))
    project.module("wiki", routes=PAGE.format(""), tests__test_routes="")
    project.settings('[wiki]\nmounts = [{ url_prefix = "/blog" }]')
    assert only(project)["id"] == "M101"


def test_a_name_whose_settings_belong_to_flask(project: Project) -> None:
    project.module("session")
    assert only(project)["message"] == (
        'The settings of "session" would begin as SESSION_COOKIE_DOMAIN does.'
    )


def test_a_table_that_belongs_to_nobody(project: Project) -> None:
    blog(project, models=MODEL.format('__tablename__ = "note"'))
    assert place(only(project)) == ("M104", "modules/blog/models.py", 6)


ALLOWED = [
    ("services", "from modules.accounts.models import User"),
    ("services", "from modules.accounts import services"),
    ("services", "import modules.accounts.services"),
    ("services", "from modules.accounts import module as accounts"),
    ("services", "from modules import accounts"),
    ("services", "from ..accounts.services import find"),
    ("services", "from .models import Post"),
    ("services", "from . import module"),
    ("services", "import flask, flask_modular.database, os.path"),
    ("admin", "from modules.admin.services import site"),  # nobody collects it here
    ("services", 'if has("tasks"):\n    from modules.tasks.services import send'),
    ("services", 'if debug and has("tasks"):\n    import modules.tasks.services'),
    ("services", 'if not has("tasks"):\n    pass\nelse:\n    import modules.tasks'),
    ("services", 'def f():\n    if not has("tasks"):\n        return\n    import modules.tasks'),
    ("pages", "from modules.site.services import layout"),
    ("tests__test_services", "from modules.accounts.routes import index"),
    ("tests__test_services", 'if has("tasks"):\n    from modules.tasks.jobs import job'),
    ("tests__test_services", "from app import create_app"),
]


@pytest.mark.parametrize(("part", "text"), ALLOWED)
def test_an_import_within_the_rule(project: Project, part: str, text: str) -> None:
    assert broken_imports(project, part, text) == []


REFUSED = [
    ("services", "from modules.wiki.models import Page", "M201"),
    ("services", "def f():\n    import modules.wiki", "M201"),
    ("services", "if TYPE_CHECKING:\n    from modules.wiki.models import Page", "M201"),
    ("services", "from ..wiki import services", "M201"),
    ("services", 'import_module("modules.wiki.models")', "M201"),
    ("services", 'class A:\n    x = importlib.import_module("modules.wiki")', "M201"),
    (
        "services",
        "async def f():\n    try:\n        import modules.wiki\n    finally: 1",
        "M201",
    ),
    ("services", "from modules.accounts.routes import index", "M202"),
    ("services", "from modules.accounts import routes", "M202"),
    ("services", "import modules.accounts.routes", "M202"),
    ("services", "from modules.tasks.services import send", "M203"),
    ("services", 'if has("accounts"):\n    import modules.tasks', "M203"),
    ("services", 'if has("tasks") or debug:\n    import modules.tasks', "M203"),
    ("services", 'if has("tasks"):\n    pass\nelse:\n    import modules.tasks', "M203"),
    ("services", "from modules.site.services import layout", "M203"),
    ("services", "import app", "M204"),
    ("services", "from config import configure", "M204"),
    ("tests__test_services", "from modules.wiki.models import Page", "M201"),
]


@pytest.mark.parametrize(("part", "text", "identifier"), REFUSED)
def test_an_import_against_the_rule(
    project: Project, part: str, text: str, identifier: str
) -> None:
    assert broken_imports(project, part, text) == [identifier]


def broken_imports(project: Project, part: str, text: str) -> list[str]:
    """Return what is wrong with the imports of `blog`; its files are read, and never imported."""
    manifest = 'requires = ["accounts"]\nuses = ["tasks"]'
    project.module("accounts", routes="", services="", tests__test_routes="")
    for name in ("tasks", "wiki"):
        project.module(name, services="", tests__test_services="")
    project.module("site", SITE, package=COLLECTOR, services="", tests__test_services="")
    blog(project, manifest, **{"pages": "", "models": "", "services": "", part: text})
    project.settings("[site]\nenabled = true\n[wiki]\nenabled = true\n")
    return [one["id"] for one in check(project) if one["id"].startswith("M2")]


def test_guards_do_not_leak_out_of_their_block() -> None:
    text = 'def f():\n    if not has("a"):\n        return\n    import x\n\nimport y\n'
    assert [(one.name, set(one.guards)) for one in imports(text, "modules.blog")] == [
        ("x", {"a"}),
        ("y", set()),
    ]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("services", 'url_for("blog.index")'),
        ("services", 'redirect(flask.url_for("press.show", id=1))'),
        ("routes", 'from . import module\n\nmodule.menu("Blog", "blog.index")'),
    ],
)
def test_an_absolute_endpoint_in_python(project: Project, part: str, text: str) -> None:
    blog(project, **{part: text} if part == "services" else {"services": text})
    project.settings('[blog]\nmounts = [{}, { name = "press", url_prefix = "/press" }]')
    finding = only(project)
    assert finding["id"] == "M301"
    assert finding["hint"].startswith('Write ".')


def test_an_absolute_endpoint_in_a_template(project: Project) -> None:
    blog(project)
    project.write("modules/blog/templates/blog/x.html", "\n{{ url_for('blog.index') }}")
    finding = only(project)
    assert (finding["id"], finding["line"]) == ("M301", 2)


@pytest.mark.parametrize("endpoint", [".index", "wiki.index", "blog.static"])
def test_other_endpoints_are_fine(project: Project, endpoint: str) -> None:
    blog(project, services=f'url_for("{endpoint}")', tests__test_services='url_for("blog.index")')
    assert check(project) == []


def test_an_unsafe_route_without_declaration(project: Project) -> None:
    blog(project, routes=PAGE.format("").replace("get", "post"))
    finding = only(project)
    assert (finding["id"], finding["line"]) == ("M401", 4)
    assert finding["message"] == '"blog.index" does not declare who may POST /blog/.'


def test_an_action_without_declaration(project: Project) -> None:
    action = "def shout():\n    pass\n\n\n"
    known = 'current_registry().actions["blog.shout"] = shout\n'
    blog(project, routes=f"from flask_modular import current_registry\n\n\n{action}{known}")
    finding = only(project)
    assert (finding["id"], finding["line"]) == ("M401", 4)
    assert finding["message"] == '"blog.shout" does not declare who may do it.'


def test_an_unsafe_route_of_a_library(project: Project) -> None:
    library = (
        'from flask import Blueprint\n\nlibrary = Blueprint("library", "library")\n'
        'library.add_url_rule("/x", "x", lambda: "", methods=["POST"])\n\n\n'
        "@module.ready\ndef register(app):\n    app.register_blueprint(library)\n"
    )
    blog(project, package=PACKAGE + library)
    assert 'module.permit("library.x"' in only(project)["hint"]


def test_a_declared_route_is_fine(project: Project) -> None:
    page = PAGE.format("").replace("get", "post").replace("\ndef", "\n@access.public\ndef")
    blog(project, routes="from flask_modular import access\n" + page)
    assert check(project) == []


def test_models_without_migrations(project: Project) -> None:
    blog(project, models=MODEL.format(""))
    assert (only(project)["id"], only(project)["file"]) == ("M503", "modules/blog/models.py")


def test_migrations_that_are_pending_or_differ(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_modular.revisions.tidy", lambda path: None)
    blog(project, models=MODEL.format(""))
    project.run("db", "migrate", "blog", "-m", "Notes")
    assert only(project)["id"] == "M501"
    project.run("db", "upgrade")
    assert check(project) == []
    blog(project, models=MODEL.format("text: Mapped[str]"))
    project.forget()
    assert only(project)["id"] == "M502"


def test_a_database_that_does_not_answer_is_a_warning(project: Project) -> None:
    blog(project)
    (project.module("wiki") / "migrations").mkdir()
    project.url = f"sqlite:///{project.root / 'no' / 'folder.db'}"
    assert (only(project)["id"], only(project)["level"]) == ("M505", "warning")


def test_a_module_without_tests(project: Project) -> None:
    project.module("blog", routes=PAGE.format(""))
    assert only(project)["id"] == "M601"


def test_a_part_without_tests_is_a_warning(project: Project) -> None:
    project.module("blog", routes=PAGE.format(""), tests__test_models="")
    assert (only(project)["id"], only(project)["level"]) == ("M602", "warning")


def test_a_parts_tests_may_be_a_package(project: Project) -> None:
    project.module("blog", routes=PAGE.format(""), tests__test_routes__test_index="")
    assert check(project) == []


def test_a_section_of_no_module(project: Project) -> None:
    blog(project)
    project.settings("[blgo]\nenabled = false")
    assert (only(project)["id"], only(project)["hint"]) == ("M701", 'Did you mean "blog"?')


def test_a_requirement_that_is_not_used_is_a_warning(project: Project) -> None:
    project.module("accounts")
    blog(project, 'requires = ["accounts"]')
    assert (only(project)["id"], only(project)["level"]) == ("M702", "warning")


def test_a_wheel_that_ships_the_package(project: Project) -> None:
    installed: Path = project.write("site/modules/__init__.py", "").parent
    modules.__path__.append(str(installed))
    assert only(project)["id"] == "M801"
