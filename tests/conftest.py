"""Fixtures of the template's tests: projects made in this process, from answers as typed."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import cookiecutter.hooks
import cookiecutter.prompt
import pytest
from cookiecutter.main import cookiecutter as make_project
from hypothesis import HealthCheck, settings

from tests.baking import DEFAULTS, ROOT, run_hook_here
from tests.projects import Project, postgresql_database

Bake = Callable[..., Path]

# A busy machine must not make a property fail.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each worker begin with a test that takes minutes: at the end, the others would wait.

    pytest-xdist cuts the list into as many pieces as there are workers.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    minutes = [item for item in items if item.get_closest_marker("minutes")]
    items[:] = [item for item in items if not item.get_closest_marker("minutes")]
    count = len(items) + len(minutes)
    for worker in range(workers):
        start = count * worker // workers
        items[start:start] = minutes[worker::workers]


@pytest.fixture(scope="session", autouse=True)
def hooks_here() -> Iterator[None]:
    """Run hooks in this process; `test_generation.py` runs them as people do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cookiecutter.hooks, "run_script", run_hook_here)
        yield


@pytest.fixture(scope="session")
def bake(_cookiecutter_config_file: Path) -> Bake:
    """Make a project of answers typed at the prompt: `bake(folder, project_name="Shop")`.

    Answers on the command line would not do: cookiecutter takes those for templates.
    """

    def bake(folder: Path, **answers: str) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cookiecutter.prompt, "read_user_variable", _typist(answers))
            patch.setattr(cookiecutter.prompt, "read_user_choice", _typist(answers))
            return Path(
                make_project(
                    str(ROOT), output_dir=str(folder), config_file=str(_cookiecutter_config_file)
                )
            )

    return bake


def _typist(answers: Mapping[str, str]) -> Callable[..., str]:
    """Return a stand-in for a prompt: what is not among the answers is left at its default."""

    def type_answer(key: str, default: str, *_: object) -> str:
        return answers.get(key, default if isinstance(default, str) else DEFAULTS[key])

    return type_answer


@pytest.fixture(scope="session")
def flavors(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Project]:
    """Return a project of a flavor and some modules, made once: to be run, not to be changed."""

    @cache
    def make(flavor: str, *modules: str) -> Project:
        folder = tmp_path_factory.mktemp(flavor)
        # A name that pages have to escape: the project's own tests must pass with it, too.
        answers = {"project_name": 'Tea & "Scones"', "flavor": flavor}
        return Project(bake(folder, **answers, modules=" ".join(modules)))

    return make


@pytest.fixture
def make(bake: Bake, tmp_path: Path) -> Callable[..., Project]:
    """Make a project for one test, of its answers."""
    return lambda **answers: Project(bake(tmp_path, **answers))


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Yield the URL of an empty PostgreSQL database of a test's own."""
    with postgresql_database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of a test's own, on each server in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    url: str = request.getfixturevalue("postgresql")
    return url
