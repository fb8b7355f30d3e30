"""`flask module new`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from flask_modular import db, revisions
from flask_modular.errors import MigrationError
from flask_modular.tests.project import COLLECTOR, Project
from flask_modular.tools import new

ROOT = Path(new.__file__).parents[2]
SHOP = (
    "--model=product name:str(100):unique stock:int=0 category:category",
    "--model=category name:str(100)",
)
EVERY_TYPE = (
    "thing name:str(40):unique note:text? count:int=3 big:bigint? ratio:float weight:decimal(8,3)? "
    "active:bool seen:bool? day:date=today at:datetime=now clock:time? token:uuid payload:json? "
    "status:enum(draft|in_review)=draft mood:enum(good|bad)? mail:email site:url? parent:thing? "
    "owner:keeper:unique reviewer:keeper?"
)


@pytest.fixture
def untidy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what is written unformatted: that takes a process for each step."""
    monkeypatch.setattr(revisions, "tidy", lambda path: None)


@pytest.fixture
def development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_CONFIG", "development")


def files(folder: Path) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)) for path in paths if path.suffix not in {".db", ".pyc"}}


def tables(project: Project) -> set[str]:
    engine = create_engine(project.url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


@pytest.mark.usefixtures("untidy", "development")
def test_module_with_models_has_what_the_kernel_loads(project: Project) -> None:
    output = project.run("module", "new", "shop", *SHOP)
    [revision] = (project.root / "modules/shop/migrations").glob("*.py")
    assert files(project.root / "modules/shop") == {
        "__init__.py",
        "manifest.toml",
        f"migrations/{revision.name}",
        "models.py",
        "seeds.py",
        "services.py",
        "tests/conftest.py",
        "tests/test_models.py",
        "tests/test_seeds.py",
        "tests/test_services.py",
    }
    assert tables(project) == {"shop_product", "shop_category", "shop_alembic_version"}
    assert "flask seed shop" in output


@pytest.mark.usefixtures("untidy", "development")
def test_module_is_live(project: Project) -> None:
    project.run("module", "new", "shop", *SHOP)
    project.forget()
    assert project.run("seed", "shop") == "Seeded shop.\n"
    assert "agree" in project.run("db", "check")


@pytest.mark.usefixtures("untidy", "development")
def test_seeds_leave_alone_what_is_in_any_table(project: Project) -> None:
    models = ("--model=room name:str(9):unique", "--model=tag name:str(9):unique")
    project.run("module", "new", "house", *models)
    project.forget()
    project.run("seed", "house")
    with project.app().app_context():
        db.session.execute(text("DELETE FROM house_room"))
        db.session.commit()
    assert project.run("seed", "house") == "Seeded house.\n"


@pytest.mark.usefixtures("untidy")
def test_module_without_models_has_what_it_takes(project: Project) -> None:
    project.run("module", "new", "hello")
    written = {"__init__.py", "manifest.toml", "routes.py", "tests/test_routes.py"}
    assert files(project.root / "modules/hello") == written


@pytest.mark.usefixtures("untidy")
def test_module_without_models_answers(project: Project) -> None:
    project.run("module", "new", "about")
    project.forget()
    assert project.get("/about/") == '{"title":"About"}\n'


@pytest.mark.usefixtures("untidy")
@pytest.mark.parametrize(
    ("config", "options"), [("production", ()), ("development", ("--no-upgrade",))]
)
def test_tables_wait_for_production_or_a_word(
    project: Project, monkeypatch: pytest.MonkeyPatch, config: str, options: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FLASK_CONFIG", config)
    output = project.run("module", "new", "shop", *SHOP, *options)
    assert tables(project) == set()
    assert "flask db upgrade" in output


@pytest.mark.usefixtures("untidy", "development")
def test_reference_to_another_module_requires_it(project: Project) -> None:
    project.run("module", "new", "shop", *SHOP)
    project.forget()
    project.run("module", "new", "review", "--model", "review stars:int product:shop.product")
    manifest = (project.root / "modules/review/manifest.toml").read_text()
    assert 'requires = ["shop"]' in manifest
    assert tables(project) >= {"shop_product", "review_review"}


@pytest.mark.usefixtures("untidy", "development")
def test_models_of_different_modules_may_have_one_name(project: Project) -> None:
    for name in ("shop", "blog"):
        tree = "--model=category name:str parent:category?"
        project.run("module", "new", name, tree, "--model=entry category:category")
        project.forget()
    assert project.run("seed") == "Seeded blog.\nSeeded shop.\n"


@pytest.mark.usefixtures("untidy")
def test_collector_brings_its_own_scaffold(project: Project) -> None:
    project.module("book", '[collects]\npages = ["pages.py"]', package=COLLECTOR)
    scaffold = "modules/book/scaffold/models/"
    project.write(f"{scaffold}pages.py-tpl", "NAMES = << models|map(attribute='name')|list >>\n")
    project.write(f"{scaffold}tests/test_pages.py-tpl", "")
    project.write(f"{scaffold}model_name.txt-tpl", "<< model.titles >> of << title >>\n")
    project.run("module", "new", "shop", *SHOP)
    folder = project.root / "modules/shop"
    assert (folder / "pages.py").read_text() == "NAMES = ['product', 'category']\n"
    assert (folder / "category.txt").read_text() == "Categories of Shop\n"
    assert not (folder / "tests/test_pages.py").exists()


@pytest.mark.usefixtures("untidy")
def test_parts_choose_what_is_written(project: Project) -> None:
    project.run("module", "new", "shop", *SHOP, "--parts", "seeds")
    assert "tests/test_seeds.py" in files(project.root / "modules/shop")
    project.run("module", "new", "office", "--parts", "models", "--model", "desk name:str")
    assert "seeds.py" not in files(project.root / "modules/office")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("class",), "a word of Python"),
        (("My-Shop",), 'such as "my_shop"'),
        (("taken",), "there is one"),
        (("leftover",), 'the folder "modules/leftover" is there'),
        (("known",), "modules.toml has a section [known]"),
        (("session",), "its settings would begin"),
        (("secret",), "SECRET_KEY"),
        (("mail",), "its settings would begin"),
        (("run",), "`flask run` is a command"),
        (("seed",), "`flask seed` is a command"),
        (("static",), "is answered already"),
        (("old",), 'the tables of an earlier "old"'),
        (("stray",), 'The table "stray_row" would belong to "stray"'),
        (("shop", "--parts", "pages"), 'collects a part "pages"'),
        (("shop", "--parts", "events"), 'for the part "events"'),
        (("shop", "--model", "a b:nowhere.model"), 'no module "nowhere"'),
        (("shop", "--model", "a b:taken.model"), 'has no model "model"'),
        (("shop", "--model", "row a:int", "--model", "line a:rowe"), 'Did you mean "row"?'),
        (("shop", "--model", f"{'a' * 60} b:int"), "63 characters"),
        (("a" * 44,), "63 characters"),
    ],
)
@pytest.mark.usefixtures("untidy")
def test_refusal_leaves_nothing(project: Project, arguments: tuple[str, ...], message: str) -> None:
    project.module("taken")
    project.write("modules/leftover/notes.txt", "mine")
    project.settings("[known]\nenabled = false\n")
    engine = create_engine(project.url)
    with engine.begin() as connection:
        for table in ("old_alembic_version", "old_row", "stray_row"):
            connection.exec_driver_sql(f"CREATE TABLE {table} (id INTEGER)")
    engine.dispose()
    before = files(project.root)
    result = project.flask("module", "new", *arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert result.output.count("\n") == 1
    assert files(project.root) == before


@pytest.mark.usefixtures("untidy")
def test_model_of_a_module_with_a_longer_name_is_refused(project: Project) -> None:
    project.module("shop_extra")
    result = project.flask("module", "new", "shop", "--model", "extra_item name:str")
    assert 'would belong to the module "shop_extra"' in result.output


@pytest.mark.usefixtures("untidy", "development")
def test_failure_midway_leaves_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise MigrationError("The disk is full.")

    monkeypatch.setattr(revisions, "revise", fail)
    before = files(project.root)
    assert "The disk is full." in project.flask("module", "new", "shop", *SHOP).output
    assert files(project.root) == before


@pytest.mark.usefixtures("untidy", "development")
def test_failure_of_the_database_leaves_no_folder(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        (project.root / "test.db").write_bytes(b"no database" * 100)
        raise MigrationError("The disk is full.")

    monkeypatch.setattr(revisions, "revise", fail)
    before = files(project.root)
    assert project.flask("module", "new", "shop", *SHOP).exit_code == 1
    assert files(project.root) == before


@pytest.mark.usefixtures("untidy")
def test_broken_project_is_mended_first(project: Project) -> None:
    project.module("broken", models="1 / 0")
    assert "division by zero" in project.flask("module", "new", "about").output


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy this project, with its own modules and an empty database."""
    ignored = shutil.ignore_patterns("__pycache__", ".*", "instance")
    for name in ("flask_modular", "migrations", "modules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in ("app.py", "config.py", "modules.toml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def run(root: Path, *command: str) -> str:
    """Run a tool in a project, as its developer would."""
    private = ("FLASK_", "DATABASE_URL", "TEST_DATABASE_URL", "PYTEST_", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", *command],
        cwd=root,
        env={**kept, "FLASK_CONFIG": "development"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_everything_about_a_new_module_is_in_order(copy: Path) -> None:
    """One long test, for each command takes a second: it has every type, and every column here."""
    models = (EVERY_TYPE, "line amount:decimal(3,3) thing:thing", "keeper nick:str(2):unique")
    before = files(copy)
    run(copy, "flask", "module", "new", "specimen", *(f"--model={model}" for model in models))
    assert "passed" in run(copy, "pytest", "-q", "-p", "no:cacheprovider", "modules/specimen")
    run(copy, "ruff", "check", "--no-cache", "modules/specimen")
    run(copy, "ruff", "format", "--check", "--no-cache", "modules/specimen")
    run(copy, "flask", "module", "remove", "specimen", "--yes")
    assert {path for path in files(copy) if not path.startswith("instance/")} == before
