"""Loading: its phases, and an error for each thing that may go wrong."""

from __future__ import annotations

import gc

import pytest

from flask_modular.errors import ManifestError, ModularError, PartError, RequirementError
from flask_modular.registry import has
from flask_modular.tests.project import COLLECTOR, PACKAGE, PAGE, Project

COLLECTS = '[collects]\npages = ["pages.py"]\n'
TRACE = "import builtins\n\nbuiltins.trace.append(__name__)\n"


def test_a_phase_is_through_before_the_next_one_begins(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace: list[str] = []
    monkeypatch.setattr("builtins.trace", trace, raising=False)
    for name, manifest in {"a": 'requires = ["b"]', "b": ""}.items():
        parts = {"package": TRACE + PACKAGE, "models": TRACE, "routes": TRACE, "seeds": TRACE}
        project.module(name, manifest, **parts)
    project.app()
    assert trace == [
        f"modules.{name}"
        for name in ("b", "a", "b.models", "a.models", "b.routes", "b.seeds", "a.routes", "a.seeds")
    ]


@pytest.mark.parametrize(("testing", "kept"), [(False, True), (True, False)])
def test_the_collector_of_a_server_leaves_what_was_loaded_alone(
    project: Project, testing: bool, kept: bool
) -> None:
    gc.unfreeze()
    try:
        project.app(TESTING=testing)
        assert (gc.isenabled(), gc.get_freeze_count() > 0) == (True, kept)
    finally:
        gc.unfreeze()


def test_services_are_imported_by_whoever_needs_them(project: Project) -> None:
    project.module("blog", services="raise RuntimeError")
    assert project.registry().modules["blog"].parts == ("services",)


def test_a_collector_gets_the_parts_of_others(project: Project) -> None:
    project.module("site", COLLECTS, package=COLLECTOR)
    project.module("blog", pages=PAGE.format("page"))
    app = project.app()
    [part] = app.config["COLLECTED"]
    assert (part.name, part.module.name, part.folder.name) == ("pages", "blog", "blog")
    assert [mount.name for mount in part.mounts] == ["blog"]
    assert app.test_client().get("/blog/").text == "page"


def test_a_part_that_nobody_collects_is_not_loaded(project: Project) -> None:
    project.module("blog", pages="raise RuntimeError")
    assert project.registry().modules["blog"].parts == ()


def test_has_answers_while_parts_are_imported(project: Project) -> None:
    asks = 'from flask_modular import has\n\nANSWERS = [has("tasks"), has("blog"), has("nope")]\n'
    project.module("tasks")
    project.module("blog", events=asks)
    project.settings("[tasks]\nenabled = false")
    with project.app().app_context():
        import modules.blog.events

        assert modules.blog.events.ANSWERS == [False, True, False]
        assert has("blog")


def test_a_package_without_a_module_is_refused(project: Project) -> None:
    project.module("blog", package="")
    with pytest.raises(ManifestError, match=r"`module = Module\(__name__\)` there"):
        project.app()


def test_a_collector_without_a_function_is_refused(project: Project) -> None:
    project.module("site", COLLECTS)
    with pytest.raises(ManifestError, match=r'write @module.collects\("pages"\)'):
        project.app()


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ('packages = ["no-such-thing>=1"]', 'is not installed: uv add "no-such-thing>=1"'),
        ('packages = ["flask>=99"]', "which is here as"),
        ('kernel = ">=99"', "was written for flask_modular >=99"),
        ('requires = ["accounts"]', 'requires "accounts", which is not there'),
    ],
)
def test_what_a_module_needs_and_does_not_get_is_named(
    project: Project, manifest: str, said: str
) -> None:
    project.module("blog", manifest)
    with pytest.raises(RequirementError) as caught:
        project.app()
    assert said in caught.value.message


@pytest.mark.parametrize("manifest", ['kernel = "new"', 'packages = ["a b"]'])
def test_a_requirement_that_is_none_is_refused(project: Project, manifest: str) -> None:
    project.module("blog", manifest)
    with pytest.raises(ManifestError, match="no valid requirement"):
        project.app()


def test_a_distribution_for_another_platform_is_not_missed(project: Project) -> None:
    project.module("blog", """packages = ["no-such-thing; sys_platform == 'nowhere'"]""")
    assert "blog" in project.registry().modules


@pytest.mark.parametrize("part", ["package", "models", "routes"])
def test_a_part_that_fails_to_import_keeps_its_traceback(project: Project, part: str) -> None:
    texts = {"package": PACKAGE, part: "def fail():\n    return 1 / 0\n\n\nfail()\n"}
    folder = project.module("blog", **texts)
    with pytest.raises(PartError, match="ZeroDivisionError: division by zero") as caught:
        project.app()
    assert str(folder) in caught.value.message
    assert caught.value.module == "blog"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_module_that_fails_later_is_named_too(project: Project) -> None:
    broken = PACKAGE + "\n\n@module.ready\ndef fail(app):\n    raise KeyError(1)\n"
    project.module("blog", package=broken)
    with pytest.raises(ModularError, match='"blog" could not be loaded: KeyError: 1') as caught:
        project.app()
    assert caught.value.module == "blog"


def test_a_broken_manifest_does_no_harm_once_its_module_is_disabled(project: Project) -> None:
    project.module("blog", "[")
    with pytest.raises(ManifestError):
        project.app()
    project.settings("[blog]\nenabled = false")
    assert list(project.registry().known) == ["blog"]


def test_an_application_without_modules_is_fine(project: Project) -> None:
    assert project.registry().modules == {}
