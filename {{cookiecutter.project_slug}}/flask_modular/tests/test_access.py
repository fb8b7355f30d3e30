"""Access: declared on views, enforced by policies."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.views import MethodView

from flask_modular import access, may
from flask_modular.access import declared
from flask_modular.errors import AccessError
from flask_modular.tests.project import PACKAGE, Project

VIEWS = """
from flask_modular import access

from . import module


@module.post("/write")
@access("blog.write")
def write():
    return "written"


@module.get("/read")
@access.public
def read():
    return "read"


@module.get("/bare")
def bare():
    return "bare"
"""
POLICY = """

@module.policy
def first(permission):
    if permission is None:
        return "undeclared", 404
    return None if permission.is_public else (str(permission), 401)


@module.policy
def second(permission):
    return ("second", 402) if not (permission and permission.is_public) else None
"""


@pytest.mark.parametrize(
    ("method", "url", "status", "text"),
    [
        ("POST", "/blog/write", 401, "blog.write"),
        ("GET", "/blog/read", 200, "read"),
        ("GET", "/blog/bare", 404, "undeclared"),
    ],
)
def test_every_policy_is_asked_and_the_first_refusal_wins(
    project: Project, method: str, url: str, status: int, text: str
) -> None:
    project.module("blog", package=PACKAGE + POLICY, routes=VIEWS)
    response = project.app().test_client().open(url, method=method)
    assert (response.status_code, response.text) == (status, text)


def test_an_unknown_url_asks_no_policy(project: Project) -> None:
    project.module("blog", package=PACKAGE + POLICY)
    assert project.app().test_client().get("/nowhere").status_code == 404


STATIC = """
from flask_modular import access

from . import module


@module.get("/write")
@access("blog.write")
def static():
    return "written"
"""


def test_a_view_called_static_asks_for_what_it_declares(project: Project) -> None:
    project.module("blog", package=PACKAGE + POLICY, routes=STATIC)
    assert project.app().test_client().get("/blog/write").status_code == 401
    listed = project.run("module", "list", "blog")
    assert re.search(r"GET +/blog/write +blog.static +blog.write", listed)


def test_a_bare_view_called_static_declares_nothing(project: Project) -> None:
    routes = STATIC.replace('@access("blog.write")', "")
    project.module("blog", package=PACKAGE + POLICY, routes=routes)
    assert project.app().test_client().get("/blog/write").text == "undeclared"


def test_static_files_are_public(project: Project) -> None:
    project.write("static/x.css", "a")
    project.write("modules/blog/static/x.css", "b")
    project.module("blog", package=PACKAGE + POLICY)
    client = project.app().test_client()
    urls = ("/static/x.css", "/blog/static/x.css")
    assert [client.get(url, buffered=True).text for url in urls] == ["a", "b"]


def test_a_permit_counts_for_an_endpoint_of_a_library(project: Project) -> None:
    library = """

from flask import Blueprint

from flask_modular import access

library = Blueprint("library", __name__)
library.add_url_rule("/login", "login", lambda: "hello", methods=["GET", "POST"])
module.permit("library.login", access.public)


@module.ready
def register(app):
    app.register_blueprint(library)
"""
    project.module("blog", package=PACKAGE + POLICY + library)
    assert project.app().test_client().post("/login").text == "hello"


def test_a_class_declares_for_itself_or_for_its_methods() -> None:
    @access("blog.read")
    class Posts(MethodView):
        def get(self) -> str:
            return ""

        @access("blog.write")
        def post(self) -> str:
            return ""

    view = Posts.as_view("posts")
    assert declared(view, "GET") == access("blog.read")
    assert declared(view, "POST") == access("blog.write")


def test_a_view_without_declaration_declares_nothing() -> None:
    assert declared(lambda: "") is None


@pytest.mark.parametrize("name", ["", "blog write", "blog.", ".write", "1st"])
def test_a_permission_has_a_dotted_name(name: str) -> None:
    with pytest.raises(AccessError, match="is no permission"):
        access(name)


def production(project: Project, **config: object) -> Flask:
    project.module("blog", routes=VIEWS)
    return project.app(TESTING=False, **config)


def test_production_refuses_declared_routes_that_nobody_guards(project: Project) -> None:
    with pytest.raises(AccessError, match=r'"blog\.write" and no module here knows people'):
        production(project)


def test_access_open_lets_anyone_in(project: Project) -> None:
    client = production(project, ACCESS_OPEN=True).test_client()
    assert client.post("/blog/write").text == "written"


def test_development_lets_anyone_in(project: Project) -> None:
    assert production(project, DEBUG=True).test_client().post("/blog/write").text == "written"


def test_production_serves_where_a_policy_is(project: Project) -> None:
    project.module("people", package=PACKAGE + POLICY)
    assert production(project).test_client().post("/blog/write").status_code == 401


ACTION = """
from flask_modular import access, current_registry


@access("blog.write")
def shout():
    return "shouted"


current_registry().actions["blog.shout"] = shout
"""


def test_production_refuses_declared_actions_that_nobody_guards(project: Project) -> None:
    project.module("blog", routes=ACTION)
    with pytest.raises(AccessError, match=r'"blog\.shout" asks for "blog\.write"'):
        project.app(TESTING=False)


def test_policies_are_asked_for_actions_too(project: Project) -> None:
    project.module("people", package=PACKAGE + POLICY)
    guard = project.registry().guard
    assert guard is not None
    assert guard.ask(access("blog.write")) == ("blog.write", 401)
    assert guard.ask(access.public) is None


def test_a_module_asks_whether_somebody_may(project: Project) -> None:
    refusing = POLICY.replace('return "undeclared", 404', "abort(403)")
    project.module("people", package="from flask import abort\n" + PACKAGE + refusing)
    with project.app().test_request_context():
        assert may(access.public)
        assert not may(access("blog.write"))


def test_anyone_may_where_nobody_knows_people(project: Project) -> None:
    with project.app().test_request_context():
        assert may(access("blog.write"))
