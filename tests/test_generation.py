"""Ways to make a project: they all run the commands that people type, and agree."""

import json
import os
import runpy
import shutil
import subprocess
import tomllib
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.baking import PROJECT, ROOT, copy_template, expected_files, run, script, tree

pytestmark = pytest.mark.slow
GIT = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
ANSWERS = {"project_name": "My Shop", "ci": "none", "description": 'Sells "things" #1 \\ 100%'}
TYPED = [f"{key}={value}" for key, value in ANSWERS.items()]


@dataclass
class Workplace:
    """A folder to work in, with a copy of the template that is a git repository of its own."""

    folder: Path
    template: Path

    def git(self, *arguments: str) -> str:
        """Run git in the template."""
        command = [*GIT, *arguments]
        return subprocess.run(
            command, cwd=self.template, check=True, capture_output=True, encoding="utf-8"
        ).stdout.strip()

    def commit(self, message: str) -> str:
        """Commit all that changed in the template, and return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def attempt(
        self, name: str, *arguments: str | Path, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as somebody whose home folder is here."""
        home = {"HOME": str(self.folder / "home")}
        return run(script(name), *arguments, cwd=cwd or self.folder, **home, **environment)

    def run(self, name: str, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Run a command, which has to succeed, and return what it printed."""
        done = self.attempt(name, *arguments, cwd=cwd)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def cookiecutter(self, *arguments: str | Path) -> Path:
        """Make a project from the answers above."""
        self.run("cookiecutter", *arguments, "--no-input", *TYPED)
        return self.folder / "my_shop"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the template as it is in the working folder, and commit it."""
    folder = tmp_path_factory.mktemp("repository")
    workplace = Workplace(folder, copy_template(folder / "flask-modular"))
    workplace.git("init", "--quiet", "--initial-branch=main")
    workplace.commit("The template as it is.")
    return workplace.template


@pytest.fixture(scope="module")
def made(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Make the project of the answers above from a path, and return its files."""
    folder = tmp_path_factory.mktemp("made")
    return tree(Workplace(folder, repository).cookiecutter(repository))


@pytest.fixture
def workplace(repository: Path, tmp_path: Path) -> Workplace:
    """Return an empty folder to work in, and a template that may be changed."""
    (tmp_path / "home").mkdir()
    shutil.copytree(repository, tmp_path / "flask-modular")
    return Workplace(tmp_path, tmp_path / "flask-modular")


def unsourced(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a project without where it says it came from."""
    text = files["pyproject.toml"].decode().splitlines()
    kept = [one for one in text if not one.startswith(("template = ", "commit = ", "directory = "))]
    return {**files, "pyproject.toml": "\n".join(kept).encode()}


def source(project: Path) -> dict[str, str]:
    """Return where a project says it came from."""
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    return {key: table["tool"]["flask-modular"][key] for key in ("template", "commit")}


class TestSources:
    def test_a_path(self, made: dict[str, bytes]) -> None:
        others = {"database": "sqlite", "deployment": "docker", "license": "MIT"}
        assert sorted(made) == expected_files({"flavor": "minimal", **others, **ANSWERS})

    def test_a_relative_path(self, workplace: Workplace, made: dict[str, bytes]) -> None:
        project = workplace.cookiecutter("flask-modular")
        assert unsourced(tree(project)) == unsourced(made)
        head = workplace.git("rev-parse", "HEAD")
        assert source(project) == {"template": str(workplace.template), "commit": head}

    def test_a_git_url(self, workplace: Workplace, made: dict[str, bytes]) -> None:
        workplace.git("clone", "--quiet", "--bare", ".", str(workplace.folder / "bare.git"))
        project = workplace.cookiecutter(f"file://{workplace.folder}/bare.git")
        assert unsourced(tree(project)) == unsourced(made)
        assert source(project)["commit"] == workplace.git("rev-parse", "HEAD")

    def test_a_zip(self, workplace: Workplace, made: dict[str, bytes]) -> None:
        archive = workplace.folder / "template.zip"
        workplace.git("archive", "--prefix=flask-modular/", "--output", str(archive), "HEAD")
        project = workplace.cookiecutter(archive)
        assert unsourced(tree(project)) == unsourced(made)
        assert source(project)["commit"] == ""

    def test_a_folder_in_a_repository(self, workplace: Workplace, made: dict[str, bytes]) -> None:
        (workplace.template / "inside").mkdir()
        names = [path.name for path in workplace.template.iterdir()]
        for name in {*names} - {".git", "inside"}:
            shutil.move(workplace.template / name, workplace.template / "inside" / name)
        commit = workplace.commit("Move everything.")
        project = workplace.cookiecutter(workplace.template, "--directory", "inside")
        assert unsourced(tree(project)) == unsourced(made)
        assert source(project)["commit"] == commit


class TestAgain:
    def test_replay(self, workplace: Workplace) -> None:
        project = workplace.cookiecutter(workplace.template)
        first = tree(project)
        shutil.rmtree(project)
        workplace.run("cookiecutter", workplace.template, "--replay")
        assert tree(project) == first

    def test_replay_of_a_name_that_cannot_be(self, workplace: Workplace) -> None:
        shutil.rmtree(workplace.cookiecutter(workplace.template))
        [replay] = workplace.folder.glob("home/.cookiecutter_replay/*.json")
        replay.write_text(replay.read_text().replace('"my_shop"', '"json"'))
        result = workplace.attempt("cookiecutter", workplace.template, "--replay")
        assert result.returncode == 1
        assert '"json" cannot be the project_slug: it is a module of Python' in result.stderr
        assert not (workplace.folder / "json").exists()

    def test_over_itself(self, workplace: Workplace) -> None:
        project = workplace.cookiecutter(workplace.template)
        first = tree(project)
        (project / "README.md").write_text("Mine.")
        (project / "modules/blog").mkdir()
        (project / "modules/blog/__init__.py").write_text("mine = 1\n")
        (project / "modules/home/models.py").write_text("mine = 1\n")
        workplace.cookiecutter(workplace.template, "--overwrite-if-exists")
        mine = {"modules/blog/__init__.py": b"mine = 1\n", "modules/home/models.py": b"mine = 1\n"}
        assert tree(project) == {**first, **mine}

    def test_over_itself_with_other_answers(self, workplace: Workplace) -> None:
        others = ("deployment=none", "license=none", "modules=-home")
        project = workplace.cookiecutter(workplace.template, *others)
        fresh = tree(project)
        shutil.rmtree(project)
        home = tree(workplace.cookiecutter(workplace.template) / "modules/home")
        workplace.cookiecutter(workplace.template, "--overwrite-if-exists", *others)
        kept = {f"modules/home/{path}": content for path, content in home.items()}
        assert tree(project) == {**fresh, **kept}

    @pytest.mark.parametrize("flags", ["-f", "-fs"])
    def test_over_a_module_of_ones_own_whose_name_the_template_knows(
        self, workplace: Workplace, flags: str
    ) -> None:
        write_litter(workplace.template / PROJECT)
        project = workplace.cookiecutter(workplace.template)
        fresh = tree(project)
        names = ["__init__.py", "models.py", "tests/test_views.py", "templates/notes/index.html"]
        mine = dict.fromkeys([".env", *(f"modules/notes/{name}" for name in names)], b"# Mine.\n")
        for path, content in mine.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_bytes(content)
        workplace.cookiecutter(workplace.template, flags)
        assert tree(project) == {**fresh, **mine}

    def test_from_a_working_copy_full_of_litter(
        self, workplace: Workplace, made: dict[str, bytes]
    ) -> None:
        write_litter(workplace.template / PROJECT)
        project = workplace.cookiecutter(workplace.template)
        assert unsourced(tree(project)) == unsourced(made)
        assert [path for path in project.rglob("*/") if not any(path.iterdir())] == []

    def test_over_itself_without_what_is_there(self, workplace: Workplace) -> None:
        command = (workplace.template, "deployment=none", "license=none")
        project = workplace.cookiecutter(*command)
        mine = {
            "README.md": b"Mine.",
            "Dockerfile": b"FROM mine\n",
            "LICENSE": b"Mine alone.\n",
            "modules/blog/__init__.py": b"mine = 1\n",
        }
        for path, content in mine.items():
            (project / path).parent.mkdir(exist_ok=True)
            (project / path).write_bytes(content)
        (project / "modules.toml").unlink()
        workplace.cookiecutter(*command, "--overwrite-if-exists", "--skip-if-file-exists")
        files = tree(project)
        assert {path: files[path] for path in mine} == mine
        assert "modules.toml" in files
        assert "compose.yaml" not in files


def write_litter(folder: Path) -> None:
    """Leave in a folder what tools and running projects leave behind."""
    paths = [".env", "instance/app.db", ".mypy_cache/3.13/app.data.json", ".venv/bin/python"]
    for path in [*paths, "modules/home/__pycache__/views.pyc", ".pytest_cache/v/cache/nodeids"]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("litter\n")
        os.utime(folder / path, (0, 0))


class TestCruft:
    def create(self, workplace: Workplace) -> Path:
        """Make the project with cruft, and commit it."""
        workplace.run(
            "cruft", "create", "flask-modular", "--no-input", "--extra-context", json.dumps(ANSWERS)
        )
        project = workplace.folder / "my_shop"
        at_home = Workplace(workplace.folder, project)
        at_home.git("init", "--quiet", "--initial-branch=main")
        at_home.commit("A new project.")
        return project

    def test_it_writes_what_cookiecutter_writes(self, workplace: Workplace) -> None:
        files = tree(self.create(workplace))
        recorded = json.loads(files.pop(".cruft.json"))
        assert recorded["context"]["cookiecutter"]["description"] == ANSWERS["description"]
        shutil.rmtree(workplace.folder / "my_shop")
        assert files == tree(workplace.cookiecutter("flask-modular"))

    def test_check(self, workplace: Workplace) -> None:
        project = self.create(workplace)
        workplace.run("cruft", "check", cwd=project)

    def test_update(self, workplace: Workplace) -> None:
        project = self.create(workplace)
        home = project / "modules/home/__init__.py"
        home.write_text(home.read_text() + "\n# Mine.\n")
        Workplace(workplace.folder, project).commit("Mine.")
        change_code_and_data(workplace.template)
        commit = workplace.commit("The next release.")
        printed = workplace.run("cruft", "update", "--skip-apply-ask", cwd=project)
        assert "make setup" not in printed
        assert (project / ".editorconfig").read_text() == "root = true\n"
        assert home.read_text().endswith("# Mine.\n")
        assert json.loads((project / ".cruft.json").read_text())["commit"] == commit
        assert source(project)["commit"] == commit


def change_code_and_data(template: Path) -> None:
    """Give the template a file more, and its flavors a form that only the new code can read."""
    for path in (template / "flavors").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\nmodules = ", "\nrows = "), encoding="utf-8")
    for name in ("template", "selection"):
        path = template / "flavors" / f"{name}.py"
        text = path.read_text(encoding="utf-8")
        text = text.replace("    modules: list[str]", "    rows: list[str]")
        path.write_text(text.replace("flavor.modules", "flavor.rows"), encoding="utf-8")
    [folder] = template.glob("{{*")
    (folder / ".editorconfig").write_text("root = true\n", encoding="utf-8")


class TestConsole:
    def test_next_steps_can_be_copied(self, workplace: Workplace) -> None:
        printed = workplace.run("cookiecutter", workplace.template, "--no-input")
        assert printed.splitlines() == [
            *("", "my_project is made. Next:", ""),
            *("    cd my_project", "    make setup", "    make run", ""),
        ]

    def test_next_steps_are_plain_commands_where_make_is_missing(
        self, workplace: Workplace
    ) -> None:
        bare = str(script("python").parent)
        command = ("cookiecutter", workplace.template, "--no-input")
        printed = workplace.attempt(*command, PATH=bare).stdout
        assert [line.strip() for line in printed.splitlines() if line][1:] == [
            "cd my_project",
            "python3 -m venv .venv",
            ".venv/bin/pip install -r requirements/dev.txt",
            "cp .env.example .env",
            ".venv/bin/flask db upgrade",
            ".venv/bin/flask seed",
            ".venv/bin/flask run --debug",
        ]

    def test_next_steps_on_windows(self, tmp_path: Path) -> None:
        source = (ROOT / "hooks/post_gen_project.py").read_text("utf-8")
        plan = {"unused": [], "unchosen": [], "folders": [], "started": 0}
        text = json.dumps(json.dumps(plan))[1:-1]
        hook = tmp_path / "hook.py"
        hook.write_text(source.replace("{{ cookiecutter | plan }}", text), "utf-8")
        with chdir(tmp_path):
            steps = runpy.run_path(str(hook))["commands"]("nt")
        assert steps == [
            "py -m venv .venv",
            r".venv\Scripts\pip install -r requirements/dev.txt",
            "copy .env.example .env",
            r".venv\Scripts\flask db upgrade",
            r".venv\Scripts\flask seed",
            r".venv\Scripts\flask run --debug",
        ]

    def test_folders_elsewhere_are_named_in_full(self, workplace: Workplace) -> None:
        printed = workplace.run(
            "cookiecutter", workplace.template, "--no-input", "-o", workplace.folder / "two words"
        )
        assert f"    cd '{workplace.folder}/two words/my_project'\n" in printed

    def test_a_console_that_knows_few_letters(self, workplace: Workplace) -> None:
        folder = workplace.folder / "☃"
        folder.mkdir()
        home = str(workplace.folder / "home")
        command: list[str | Path] = [
            script("cookiecutter"),
            workplace.template,
            "--no-input",
            "-o",
            folder,
        ]
        result = run(*command, cwd=workplace.folder, HOME=home, PYTHONIOENCODING="ascii")
        assert result.returncode == 0, result.stderr
        assert (folder / "my_project/app.py").is_file()

    def test_a_console_that_is_closed(self, workplace: Workplace) -> None:
        command = f'exec "{script("cookiecutter")}" "$0" --no-input >&-'
        result = run("sh", "-c", command, workplace.template, cwd=workplace.folder)
        assert (result.returncode, result.stderr) == (0, "")
        assert (workplace.folder / "my_project/app.py").is_file()

    def test_a_reader_that_went_away(self, workplace: Workplace) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        command: list[str | Path] = [script("cookiecutter"), workplace.template, "--no-input"]
        done = subprocess.run(command, cwd=workplace.folder, stdout=writer, check=False)
        os.close(writer)
        assert done.returncode == 0
        assert (workplace.folder / "my_project/app.py").is_file()
