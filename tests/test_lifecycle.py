"""The life of a module: written, migrated, mounted twice, disabled, enabled and removed."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.baking import tree
from tests.conftest import Bake
from tests.projects import (
    MINIMAL_FIRST,
    MYPY,
    PATIENCE,
    PYTEST,
    SQLITE_FIRST,
    Project,
    copy_database,
    postgresql_database,
    rows,
    schema,
)

Make = Callable[..., Project]

pytestmark = pytest.mark.slow
SHOP = (
    "product name:str(100) slug:str(100):unique price:decimal(10,2) stock:int=0 "
    "sold_at:datetime? category:category",
    "category name:str(100):unique",
)
MODELS = [word for model in SHOP for word in ("--model", model)]
TWICE = """
[shop]
mounts = [{ url_prefix = "/shop" }, { name = "outlet", url_prefix = "/sales/outlet" }]
"""
RENAME = '''"""Rename items to articles."""

from alembic import op

revision = "000000000002"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("stock_item", "stock_article")


def downgrade() -> None:
    op.rename_table("stock_article", "stock_item")
'''
BROKEN = {
    "a part": ("modules/home/views.py", "import nothing_of_the_kind\n", "nothing_of_the_kind"),
    "a package": ("modules/home/__init__.py", "module = 1 / 0\n", "ZeroDivisionError"),
    "a manifest": ("modules/home/manifest.toml", "requires = [", "manifest.toml"),
    "a requirement": ("modules/home/manifest.toml", 'requires = ["nobody"]\n', "nobody"),
    "a distribution": ("modules/home/manifest.toml", 'packages = ["no-such-thing"]\n', "no-such"),
    "a revision": ("modules/home/migrations/1_first.py", "revision = (\n", "1_first.py"),
}
BREAKAGES = [
    how if how == "a part" else pytest.param(how, marks=pytest.mark.full) for how in BROKEN
]


@pytest.fixture(scope="module", params=MINIMAL_FIRST)
def made(
    request: pytest.FixtureRequest, bake: Bake, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """Return a project with a new module that no database has seen: to be run, not changed."""
    folder = tmp_path_factory.mktemp("shop")
    project = Project(bake(folder, flavor=request.param))
    project.run("flask", "module", "new", "shop", *MODELS, "--no-upgrade")
    return project


@pytest.fixture(scope="module")
def seeded(made: Project) -> Iterator[Callable[[str], str]]:
    """Return a function that makes a database with rows, once on each server."""
    with ExitStack() as databases:

        @cache
        def make(backend: str) -> str:
            url = f"sqlite:///{made.path.parent / 'seeded.db'}"
            if backend != "sqlite":
                url = databases.enter_context(postgresql_database())
            project = made.having(DATABASE_URL=url)
            project.run("flask", "db", "upgrade")
            project.run("flask", "seed")
            assert all(rows(url, "shop_").values()), "Each table has a row to lose."
            return url

        yield make


@pytest.fixture
def shop(made: Project, seeded: Callable[[str], str], tmp_path: Path, database: str) -> Project:
    """Return a copy of the project, with rows in its database."""
    shutil.copytree(made.path, tmp_path / "project")
    copy_database(seeded(database.partition(":")[0]), database)
    return Project(tmp_path / "project").having(DATABASE_URL=database)


class TestNew:
    def test_its_tests_pass_untouched(self, made: Project, database: str) -> None:
        chosen = made.having(TEST_DATABASE_URL=database)
        output = chosen.run(*PYTEST, "modules/shop")
        assert re.search(r"^\d+ passed", output, re.MULTILINE)

    def test_it_is_clean(self, made: Project) -> None:
        made.run("ruff", "check", "--no-cache")
        made.run("ruff", "format", "--check", "--no-cache")
        made.run(*MYPY)

    @SQLITE_FIRST
    def test_it_follows_the_pattern(self, shop: Project) -> None:
        shop.run("flask", "module", "check")

    @SQLITE_FIRST
    def test_its_models_and_its_migration_agree(self, shop: Project) -> None:
        assert "Models and migrations agree." in shop.run("flask", "db", "check")

    @SQLITE_FIRST
    def test_every_page_of_it_answers(self, shop: Project) -> None:
        pages = {url for endpoint, url in shop.pages().items() if endpoint.startswith("shop")}
        credentials = shop.credentials()
        with shop.in_production().gunicorn() as server:
            answers = {url: server.get(url, **credentials).status for url in pages}
        assert set(answers.values()) == {200}, answers

    def test_a_running_server_picks_it_up(self, make: Make) -> None:
        project = make()
        with project.flask_run("--debug") as server:
            assert server.get("/shop/").status == 404
            project.run("flask", "module", "new", "shop", *MODELS)
            deadline = time.monotonic() + PATIENCE
            while not_yet_live(server.get, "/shop/") and time.monotonic() < deadline:
                time.sleep(0.2)
            assert server.get("/shop/").status == 200

    def test_one_without_models_is_a_page(self, make: Make) -> None:
        project = make()
        project.run("flask", "module", "new", "about")
        project.run(*PYTEST, "modules/about")
        project.run("flask", "db", "upgrade")
        project.run("flask", "module", "check")
        assert project.pages()["about.index"] == "/about/"


def not_yet_live(get: Callable[[str], object], url: str) -> bool:
    """Tell whether a server that reloads has not come to a page yet."""
    try:
        return getattr(get(url), "status", 0) != 200
    except OSError:
        return True


class TestMigrate:
    def test_a_new_column_keeps_the_rows(self, shop: Project, database: str) -> None:
        before, there = rows(database, "shop_"), schema(database)
        models = shop.read("modules/shop/models.py")
        column = "    note: Mapped[str | None]\n"
        shop.write("modules/shop/models.py", add_to(models, "class Category", column))
        assert "Wrote" in shop.run("flask", "db", "migrate", "shop", "-m", "Add a note")
        shop.run("flask", "db", "upgrade")
        shop.run("flask", "db", "check")
        noted = [(*row, None) for row in before["shop_category"]]
        assert rows(database, "shop_") == {**before, "shop_category": noted}
        shop.run("flask", "db", "downgrade", "shop", "--yes")
        assert (rows(database, "shop_"), schema(database)) == (before, there)

    def test_nothing_is_written_where_nothing_changed(self, shop: Project) -> None:
        before = tree(shop.path / "modules" / "shop" / "migrations")
        assert "have not changed" in shop.run("flask", "db", "migrate", "shop", "-m", "Nothing")
        assert tree(shop.path / "modules" / "shop" / "migrations").keys() == before.keys()

    def test_an_empty_database_is_upgraded_past_a_rename(self, make: Make, database: str) -> None:
        project = renamed(make().having(DATABASE_URL=database))
        project.run("flask", "db", "upgrade")
        assert {"stock_article", "sales_order"} <= schema(database).keys()
        assert "stock_item" not in schema(database)
        project.run("flask", "db", "check")
        project.run("flask", "db", "downgrade", "sales", "base", "--yes")
        project.run("flask", "db", "downgrade", "stock", "base", "--yes")
        assert not schema(database)


def add_to(models: str, heading: str, line: str) -> str:
    """Return the text of models with a line at the end of one class."""
    start = models.index(heading)
    end = re.search(r"\n\n\n|\Z", models[start:])
    assert end is not None
    position = start + end.start()
    return models[:position].rstrip("\n") + "\n" + line + models[position:]


def renamed(project: Project) -> Project:
    """Have `sales` refer to a table of `stock`, which then gets another name."""
    new = ("flask", "module", "new", "--no-upgrade")
    project.run(*new, "stock", "--model", "item name:str(50)")
    project.run(*new, "sales", "--model", "order item:stock.item")
    [first] = project.path.glob("modules/stock/migrations/*.py")
    head = re.search(r'^revision\b.*= "(\w+)"', first.read_text("utf-8"), re.MULTILINE)
    assert head is not None
    project.write("modules/stock/migrations/000000000002_rename.py", RENAME.format(head=head[1]))
    models = project.read("modules/stock/models.py")
    name = '\n    __tablename__ = "stock_article"\n'
    project.write(
        "modules/stock/models.py",
        re.sub(r"(class Item\(Model\):\n.*\n)", rf"\1{name}", models, count=1),
    )
    models = project.read("modules/sales/models.py")
    project.write("modules/sales/models.py", models.replace("stock_item.", "stock_article."))
    return project


class TestMountTwice:
    @SQLITE_FIRST
    def test_both_mounts_have_the_same_pages(self, shop: Project) -> None:
        shop.write("modules.toml", shop.read("modules.toml") + TWICE)
        pages = shop.pages()
        first = {url for endpoint, url in pages.items() if endpoint.startswith("shop")}
        second = {url for endpoint, url in pages.items() if endpoint.startswith("outlet")}
        assert second == {at_the_outlet(url) for url in first}
        credentials = shop.credentials()
        with shop.flask_run() as server:
            statuses = {url: server.get(url, **credentials).status for url in first | second}
        assert set(statuses.values()) == {200}, statuses

    @SQLITE_FIRST
    def test_a_page_leads_to_pages_of_its_own_mount(self, made: Project, shop: Project) -> None:
        if "/shop/" not in made.pages().values():
            pytest.skip("This flavor has no pages.")
        shop.write("modules.toml", shop.read("modules.toml") + TWICE)
        with shop.flask_run() as server:
            page = server.get("/sales/outlet/").text
        main = page.partition("<main")[2].partition("</main>")[0]
        links = re.findall(r'href="(/[^"]*)"', main)
        assert links
        assert {link for link in links if not link.startswith("/sales/outlet")} == set()

    @SQLITE_FIRST
    def test_its_tests_and_the_checks_still_pass(self, shop: Project) -> None:
        shop.write("modules.toml", shop.read("modules.toml") + TWICE)
        shop.run(*PYTEST, "modules/shop")
        shop.run("flask", "module", "check")


def at_the_outlet(url: str) -> str:
    """Return where the second mount has what the first has at a URL; an API goes by its name."""
    other = "/outlet" if url.startswith("/api/") else "/sales/outlet"
    return url.replace("/shop", other, 1)


class TestDisable:
    def test_the_tables_survive_every_command(self, shop: Project, database: str) -> None:
        before = schema(database, "shop_"), rows(database, "shop_")
        shop.run("flask", "module", "disable", "shop")
        for command in ("upgrade", "check", "current", "migrate ops -m Nothing"):
            shop.run("flask", "db", *command.split())
        shop.run("flask", "seed")
        shop.run("flask", "module", "new", "office", "--model", "product name:str(100)")
        shop.run("flask", "db", "downgrade", "office", "--yes")
        shop.run("flask", "db", "upgrade")
        shop.run("flask", "module", "remove", "office", "--yes")
        assert (schema(database, "shop_"), rows(database, "shop_")) == before

    @SQLITE_FIRST
    def test_it_is_gone_and_comes_back(self, shop: Project) -> None:
        pages, settings = shop.pages(), shop.read("modules.toml")
        shop.run("flask", "module", "disable", "shop")
        assert not [endpoint for endpoint in shop.pages() if endpoint.startswith("shop")]
        assert settings.strip() in shop.read("modules.toml")
        shop.run("flask", "module", "enable", "shop")
        shop.run("flask", "db", "upgrade")
        shop.run("flask", "db", "check")
        assert shop.pages() == pages

    @pytest.mark.minutes
    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # its tests have their own
    def test_the_other_tests_pass_without_it(self, shop: Project) -> None:
        shop.run("flask", "module", "disable", "shop")
        shop.run(*PYTEST, "tests", "modules", "--ignore", "modules/shop")


class TestRemove:
    def test_the_tree_and_the_database_are_as_before(self, make: Make, database: str) -> None:
        project = make().having(DATABASE_URL=database, PYTHONDONTWRITEBYTECODE="1")
        project.run("flask", "db", "upgrade")
        before, there = files(project), schema(database)
        project.run("flask", "module", "new", "shop", *MODELS)
        project.run("flask", "seed")
        assert rows(database, "shop_")["shop_product"]
        project.run("flask", "module", "remove", "shop", "--yes")
        assert (files(project), schema(database)) == (before, there)

    @SQLITE_FIRST
    def test_a_disabled_module_can_be_removed(self, shop: Project, database: str) -> None:
        shop.run("flask", "module", "disable", "shop")
        shop.run("flask", "module", "remove", "shop", "--yes")
        assert not (shop.path / "modules" / "shop").exists()
        assert not rows(database, "shop_")
        assert "[shop]" not in shop.read("modules.toml")

    def test_the_data_can_be_kept(self, shop: Project, database: str) -> None:
        before = rows(database, "shop_")
        shop.run("flask", "module", "remove", "shop", "--yes", "--keep-data")
        assert not (shop.path / "modules" / "shop").exists()
        shop.run("flask", "db", "upgrade")
        shop.run("flask", "db", "check")
        assert rows(database, "shop_") == before

    @SQLITE_FIRST
    def test_without_a_word_nothing_is_removed(self, shop: Project, database: str) -> None:
        before, data = files(shop), rows(database, "shop_")
        output = shop.refusal("flask", "module", "remove", "shop")
        assert "shop_product" in output
        assert (files(shop), rows(database, "shop_")) == (before, data)


def files(project: Project) -> dict[str, bytes]:
    """Return what there is but for the data of this machine."""
    found = tree(project.path)
    return {path: content for path, content in found.items() if not path.startswith("instance/")}


@pytest.fixture
def broken(make: Make, how: str) -> Project:
    """Return a project in which a module is broken."""
    path, text, _ = BROKEN[how]
    project = make()
    project.write(path, text)
    return project


@pytest.mark.parametrize("how", BREAKAGES)
class TestBroken:
    def test_the_list_names_what_is_broken(self, broken: Project, how: str) -> None:
        output = broken.run("flask", "module", "list")
        assert re.search(r"^home .*broken", output, re.MULTILINE)
        assert BROKEN[how][2] in output

    def test_the_check_names_what_is_broken(self, broken: Project, how: str) -> None:
        output = broken.refusal("flask", "module", "check")
        assert BROKEN[how][2] in output

    def test_it_can_be_switched_off(self, broken: Project, how: str) -> None:
        assert BROKEN[how][2] in broken.refusal("flask", "db", "upgrade")
        broken.run("flask", "module", "disable", "home")
        assert "ops.livez" in broken.run("flask", "routes")
        broken.run("flask", "db", "upgrade")


@pytest.mark.parametrize("how", BREAKAGES[:-1])  # a revision is no reason not to serve
class TestUnloadable:
    def test_other_commands_name_what_is_broken(self, broken: Project, how: str) -> None:
        assert BROKEN[how][2] in broken.refusal("flask", "routes")

    def test_the_development_server_shows_the_error(self, broken: Project, how: str) -> None:
        with broken.flask_run("--debug") as server:
            answer = server.get("/anything")
        assert answer.status == 500
        assert BROKEN[how][2] in answer.text

    def test_a_server_refuses_to_start(self, broken: Project, how: str) -> None:
        serving = broken.in_production().gunicorn()
        with pytest.raises(AssertionError, match=re.escape(BROKEN[how][2])), serving:
            pytest.fail("It serves.")
