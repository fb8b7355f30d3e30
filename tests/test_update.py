"""`make update`: the template moves on, and nothing that people did to their project is lost."""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from flavors.template import PROJECT
from tests.baking import FOLDER, ROOT, copy_template, run, tree
from tests.projects import Project

pytestmark = pytest.mark.slow
HOME = "modules/home/templates/home/index.html"
ORDER = "flask_modular/order.py"
MINE = "from flask_modular import Module\n\nmodule = Module(__name__)\n"
RELEASE = "release"
UPDATE = ("python", "-m", "flask_modular.tools.update")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the template as it is, after the newest release.

    Until there is a release, the template as it is stands for the first one.
    """
    folder = tmp_path_factory.mktemp("released") / "template"
    newest = run("git", "describe", "--tags", "--abbrev=0", "--match=v*", cwd=ROOT).stdout.strip()
    if not newest:
        repository = Project(copy_template(folder))
        repository.commit("Release")
        repository.run("git", "tag", RELEASE)
        return folder
    run("git", "clone", "--quiet", ROOT, folder, cwd=ROOT)
    repository = Project(folder)
    repository.run("git", "tag", "--force", RELEASE, newest)
    repository.run("git", "rm", "-r", "--quiet", ".")
    copy_template(folder)
    repository.run("git", "add", "--all")
    if repository.run("git", "status", "--porcelain"):
        repository.commit("Go on")
    return folder


@pytest.fixture
def template(released: Path, tmp_path: Path) -> Project:
    """Return a repository of a test's own."""
    return Project(shutil.copytree(released, tmp_path / "template"))


def make(template: Path, folder: Path, maker: str) -> Project:
    """Make a project as people do, and commit it."""
    command = ["cookiecutter"] if maker == "cookiecutter" else ["cruft", "create"]
    # cookiecutter takes what is on the command line for a template; cruft takes no such answers.
    braces = 'description={{ "What {{ braces }} hold." }}'
    answers = [braces] if maker == "cookiecutter" else []
    home = Project(folder, {"HOME": str(folder)})
    home.run(*command, "--no-input", str(template), *answers)
    project = Project(folder / "my_project", home.environment)
    project.commit()
    return project


@pytest.fixture(scope="module")
def unchanged(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project of the release, to be copied."""
    return make(released, tmp_path_factory.mktemp("made"), "cookiecutter")


@pytest.fixture
def made(template: Project, tmp_path: Path) -> Project:
    """Return a project that plain cookiecutter made."""
    return make(template.path, tmp_path, "cookiecutter")


def move_on(template: Project) -> str:
    """Change the template in a second commit; return its hash."""
    template.write(f"{PROJECT}/{ORDER}", template.read(f"{PROJECT}/{ORDER}") + "\n# Later.\n")
    template.write(f"{PROJECT}/modules/ops/later.py", '"""What came later."""\n')
    template.write(f"{PROJECT}/Makefile", template.read(f"{PROJECT}/Makefile") + "\n# Later.\n")
    questions = json.loads(template.read("cookiecutter.json"))
    questions = {"project_name": questions.pop("project_name"), "later": "a default", **questions}
    template.write("cookiecutter.json", json.dumps(questions, indent=2))
    template.commit("Move on")
    return template.run("git", "rev-parse", "HEAD").strip()


def edit(project: Project) -> dict[str, str]:
    """Change a project as people do; return what they wrote, by path."""
    edits = {
        HOME: project.read(HOME).replace("has only just begun", "is mine"),
        "modules/mine/__init__.py": MINE,
        "README.md": project.read("README.md") + "\nMine.\n",
        "modules.toml": project.read("modules.toml") + "\n[mine]\nenabled = false\n",
        "app.py": project.read("app.py") + "\n# Mine.\n",
    }
    for path, text in edits.items():
        project.write(path, text)
    (project.path / "LICENSE").unlink()
    project.write("pyproject.toml", project.read("pyproject.toml") + "\n[tool.mine]\n")
    project.commit("Mine")
    return edits


def recorded(project: Project) -> dict[str, Any]:
    """Return what pyproject.toml says of the template."""
    table: dict[str, Any] = tomllib.loads(project.read("pyproject.toml"))["tool"]["flask-modular"]
    return table


@pytest.mark.parametrize(
    ("maker", "command"), [("cookiecutter", ("make", "update")), ("cruft", UPDATE)]
)
def test_both_sides_come_together(
    template: Project, tmp_path: Path, maker: str, command: tuple[str, ...]
) -> None:
    template.run("git", "checkout", "--quiet", RELEASE)
    made = make(template.path, tmp_path, maker)
    template.run("git", "checkout", "--quiet", "-")
    edits, commit = edit(made), move_on(template)
    assert "Updated" in made.run(*command)
    assert {path: made.read(path) for path in edits} == edits
    assert not (made.path / "LICENSE").exists()
    assert "[tool.mine]" in made.read("pyproject.toml")
    assert made.read(ORDER).endswith("# Later.\n")
    assert made.read("Makefile").endswith("# Later.\n")
    assert (made.path / "modules/ops/later.py").exists()
    assert recorded(made)["commit"] == commit
    assert (made.path / ".cruft.json").exists() == (maker == "cruft")
    made.run("flask", "module", "list")


def test_updates_follow_each_other(template: Project, made: Project) -> None:
    edits = edit(made)
    move_on(template)
    made.run("make", "update")
    made.commit("Update")
    before = tree(made.path)
    assert "up to date" in made.run("make", "update")
    assert tree(made.path) == before
    template.write(f"{PROJECT}/{ORDER}", template.read(f"{PROJECT}/{ORDER}") + "# And later.\n")
    template.commit("Move on again")
    made.run("make", "update")
    assert made.read(ORDER).endswith("# Later.\n# And later.\n")
    assert {path: made.read(path) for path in edits} == edits


def test_answers_stay_what_they_were(template: Project, made: Project) -> None:
    before = recorded(made)["answers"]
    assert before["description"] == "What {{ braces }} hold."
    move_on(template)
    made.run("make", "update")
    assert recorded(made)["answers"] == {**before, "later": "a default"}


def test_a_conflict_keeps_both_sides_and_is_named(template: Project, made: Project) -> None:
    mine = made.read(HOME).replace("has only just begun", "is mine")
    made.write(HOME, mine)
    made.commit("Mine")
    theirs = (FOLDER / HOME).read_text("utf-8").replace("has only just begun", "is theirs")
    template.write(f"{PROJECT}/{HOME}", theirs)
    template.commit("Theirs")
    output = made.refusal("make", "update")
    assert HOME in output.splitlines()[-2] or HOME in output.splitlines()[-1]
    assert "is mine" in made.read(HOME)
    assert "is theirs" in made.read(HOME)
    assert recorded(made)["commit"] == template.run("git", "rev-parse", "HEAD").strip()


class TestRefusals:
    @pytest.fixture
    def made(self, unchanged: Project, tmp_path: Path) -> Project:
        return Project(shutil.copytree(unchanged.path, tmp_path / "my_project"))

    @staticmethod
    def sentence(project: Project) -> str:
        """Return why an update is refused; it takes one line, and changes nothing."""
        before = tree(project.path)
        [line] = project.refusal(*UPDATE).splitlines()
        assert {path: tree(project.path)[path] for path in before} == before
        assert not (project.path / ".cruft.json").exists()
        return line

    def test_outside_of_git(self, made: Project) -> None:
        shutil.rmtree(made.path / ".git")
        assert "git init" in self.sentence(made)

    def test_with_changes_that_are_not_committed(self, made: Project) -> None:
        made.write("app.py", "# Mine.\n")
        assert "not committed" in self.sentence(made)

    @pytest.mark.parametrize("key", ["template", "commit"])
    def test_without_a_recorded_template(self, made: Project, key: str) -> None:
        record(made, key, "")
        assert "[tool.flask-modular]" in self.sentence(made)

    def test_of_a_template_that_is_gone(self, made: Project) -> None:
        record(made, "template", "/no/such/template")
        assert '"/no/such/template" cannot be reached' in self.sentence(made)

    def test_without_cruft_and_uv(self, made: Project) -> None:
        nothing = "tool.shutil.which = tool.find_spec = lambda *_, **__: None"
        code = f"from flask_modular.tools import update as tool; {nothing}; tool.cruft()"
        assert "pip install cruft" in made.refusal("python", "-c", code)

    def test_of_a_short_address(self, made: Project) -> None:
        code = (
            "from pathlib import Path; from flask_modular.tools import update; print("
            "update.git(Path(), 'ls-remote', '--get-url', 'gh:ada/template').stdout)"
        )
        assert made.execute(code).strip() == "https://github.com/ada/template"

    def test_uv_fetches_cruft_where_it_is_not_installed(self, made: Project) -> None:
        nothing = "tool.shutil.which = lambda *_, **__: None"
        code = (
            f"from flask_modular.tools import update as tool; {nothing}; print(*tool.cruft()[1:])"
        )
        assert made.execute(code).startswith("-m uv tool run")


def record(project: Project, key: str, value: str) -> None:
    """Write something else into what pyproject.toml says of the template."""
    text = project.read("pyproject.toml")
    project.write(
        "pyproject.toml", text.replace(f'{key} = "{recorded(project)[key]}"', f'{key} = "{value}"')
    )
    project.commit("Forget")
