"""Migrations of fake modules, on each database that there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from flask_modular import db
from flask_modular.tests.project import Project

HEAD = """
from flask_modular import Model
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

"""
USER = (
    HEAD
    + """
class User(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
"""
)
POST = (
    HEAD
    + """
class Post(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("accounts_user.id", ondelete="CASCADE"))
"""
)
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = {down!r}
made_against = {against!r}


def upgrade():
    {up}


def downgrade():
    {down_code}
"""


@pytest.fixture
def blog(migrated: Project) -> Project:
    """Return a project in which `blog` requires `accounts`, with their first migrations applied."""
    migrated.module("accounts", models=USER)
    migrated.module("blog", 'requires = ["accounts"]', models=POST)
    migrated.run("db", "migrate", "accounts", "-m", "Users")
    migrated.run("db", "upgrade")
    migrated.run("db", "migrate", "blog", "-m", "Posts")
    migrated.run("db", "upgrade")
    return migrated


def tables(project: Project) -> set[str]:
    with project.app().app_context():
        return set(inspect(db.engine).get_table_names())


def sql(project: Project, *statements: str) -> list[object]:
    """Run statements, and return the rows of the last one."""
    with project.app().app_context(), db.engine.begin() as connection:
        for statement in statements:
            result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


def write_revision(project: Project, module: str, name: str, up: str, **options: object) -> Path:
    values = {"down": None, "against": {}, "down_code": "pass", **options}
    path = f"modules/{module}/migrations/{name}.py"
    return project.write(path, REVISION.format(name=name, up=up, **values))


def test_each_module_has_its_own_revisions_and_version_table(blog: Project) -> None:
    assert tables(blog) == {
        "accounts_user",
        "accounts_alembic_version",
        "blog_post",
        "blog_alembic_version",
    }
    [revision] = (blog.root / "modules/blog/migrations").glob("*.py")
    assert "accounts_user.id" in revision.read_text(encoding="utf-8")
    assert "create_table('accounts" not in revision.read_text(encoding="utf-8").replace('"', "'")


def test_a_revision_says_what_it_was_made_against(blog: Project) -> None:
    [users] = (blog.root / "modules/accounts/migrations").glob("*.py")
    [posts] = (blog.root / "modules/blog/migrations").glob("*.py")
    head = users.stem.split("_")[0]
    made = next(line for line in posts.read_text().splitlines() if line.startswith("made_against"))
    assert head in made
    assert "accounts" in made


def test_models_and_migrations_agree_afterwards(blog: Project) -> None:
    assert blog.run("db", "check") == "Models and migrations agree.\n"
    assert "have not changed" in blog.run("db", "migrate", "blog", "-m", "Nothing")
    assert blog.run("db", "upgrade") == "The database is up to date.\n"
    assert blog.run("db", "current").count("up to date") == 2


def test_check_fails_where_models_have_changed(blog: Project) -> None:
    blog.module("accounts", models=USER + "    email: Mapped[str | None]\n")
    blog.forget()
    result = blog.flask("db", "check")
    assert result.exit_code == 1
    assert "accounts: add_column" in result.output


def test_check_fails_while_migrations_are_pending(blog: Project) -> None:
    write_revision(blog, "accounts", "later", "pass", down=None)
    for path in (blog.root / "modules/accounts/migrations").glob("*.py"):
        if path.stem != "later":
            path.unlink()
    sql(blog, "DELETE FROM accounts_alembic_version")
    result = blog.flask("db", "check")
    assert (result.exit_code, "accounts: later pending" in result.output) == (1, True)


def test_downgrade_refuses_while_other_tables_refer_to_it(blog: Project) -> None:
    result = blog.flask("db", "downgrade", "accounts", "--yes")
    assert result.exit_code == 1
    assert "blog_post → accounts_user; downgrade their modules first" in result.output


def test_downgrade_to_base_leaves_nothing(blog: Project) -> None:
    blog.run("db", "downgrade", "blog", "base", "--yes")
    blog.run("db", "downgrade", "accounts", "base", "--yes")
    assert tables(blog) == set()


@pytest.mark.parametrize(("revision", "left"), [("-1", {"b1"}), ("-2", set())])
def test_downgrade_goes_back_some_revisions(
    migrated: Project, revision: str, left: set[str]
) -> None:
    migrated.module("blog")
    write_revision(migrated, "blog", "b1", "pass")
    write_revision(migrated, "blog", "b2", "pass", down="b1")
    migrated.run("db", "upgrade")
    now = migrated.run("db", "downgrade", "blog", revision)
    assert now == f"blog: now at {''.join(left) or 'no revision'}.\n"


def test_downgrade_asks_before_data_is_lost(blog: Project) -> None:
    sql(blog, "INSERT INTO accounts_user VALUES (1, 'Ada')", "INSERT INTO blog_post VALUES (1, 1)")
    result = blog.flask("db", "downgrade", "blog")
    assert "Data may be lost: blog_post (1 rows). Go on?" in result.output
    assert "blog_post" in tables(blog)


def test_altering_a_table_keeps_the_rows_that_refer_to_it(blog: Project) -> None:
    sql(blog, "INSERT INTO accounts_user VALUES (1, 'Ada')", "INSERT INTO blog_post VALUES (1, 1)")
    blog.module("accounts", models=USER.replace("name: Mapped[str]", "name: Mapped[str | None]"))
    blog.forget()
    blog.run("db", "migrate", "accounts", "-m", "Names are optional")
    blog.run("db", "upgrade")
    assert sql(blog, "SELECT id, user_id FROM blog_post") == [(1, 1)]
    assert blog.run("db", "check") == "Models and migrations agree.\n"


@pytest.fixture
def disabled(blog: Project) -> Project:
    """Return that project with `blog`, which has a row, switched off."""
    sql(blog, "INSERT INTO accounts_user VALUES (1, 'Ada')", "INSERT INTO blog_post VALUES (1, 1)")
    blog.settings("[blog]\nenabled = false")
    blog.forget()
    return blog


@pytest.mark.parametrize("command", ["db downgrade accounts --yes", "module remove accounts --yes"])
def test_rows_of_a_disabled_module_keep_what_they_refer_to(disabled: Project, command: str) -> None:
    assert "blog_post → accounts_user" in disabled.flask(*command.split()).output
    assert sql(disabled, "SELECT id, user_id FROM blog_post") == [(1, 1)]
    assert "accounts_user" in tables(disabled)


def test_modules_come_and_go_beside_a_disabled_one(
    disabled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_CONFIG", "development")
    model = "--model=post title:str"
    for command in (["new", "wiki", model], ["remove", "wiki", "--yes"]):
        disabled.run("module", *command)
        disabled.forget()
        assert ("wiki_post" in tables(disabled)) is (command[0] == "new")
        assert sql(disabled, "SELECT id, user_id FROM blog_post") == [(1, 1)]
    refused = disabled.flask("module", "new", "blog", model).output
    assert 'A module cannot be called "blog": there is one' in refused


def test_tables_of_a_disabled_module_survive_every_command(disabled: Project) -> None:
    assert disabled.run("db", "check") == "Models and migrations agree.\n"
    assert "have not changed" in disabled.run("db", "migrate", "accounts", "-m", "Nothing")
    disabled.run("db", "upgrade")
    disabled.flask("module", "check")
    assert sql(disabled, "SELECT id, user_id FROM blog_post") == [(1, 1)]
    refused = disabled.flask("db", "migrate", "blog", "-m", "Anything").output
    assert '"blog" is disabled: flask module enable blog' in refused


def test_a_removed_module_harms_nobody(blog: Project) -> None:
    (blog.root / "modules" / "blog").rename(blog.root / "blog_was_here")
    blog.forget()
    blog.run("db", "upgrade")
    assert blog.run("db", "check") == "Models and migrations agree.\n"
    assert {"blog_post", "blog_alembic_version"} <= tables(blog)


def test_a_table_belongs_to_the_longest_name_that_prefixes_it(migrated: Project) -> None:
    model = USER.replace("User", "Note")
    migrated.module("blog", models=model)
    migrated.module("blog_extra", models=model)
    for name in ("blog", "blog_extra"):
        migrated.run("db", "migrate", name, "-m", "Notes")
        migrated.run("db", "upgrade")
    migrated.settings("[blog_extra]\nenabled = false")
    migrated.forget()
    assert "have not changed" in migrated.run("db", "migrate", "blog", "-m", "Nothing")
    # Nor is its table anybody else's once it is gone: its version table still names it.
    (migrated.root / "modules" / "blog_extra").rename(migrated.root / "gone")
    migrated.settings("")
    assert "have not changed" in migrated.run("db", "migrate", "blog", "-m", "Nothing")


def test_a_rename_in_a_required_module_does_not_break_a_fresh_install(migrated: Project) -> None:
    create = 'op.create_table("{}", sa.Column("id", sa.Integer, primary_key=True){})'
    key = ', sa.Column("user_id", sa.Integer, sa.ForeignKey("accounts_user.id"))'
    migrated.module("accounts")
    migrated.module("blog", 'requires = ["accounts"]')
    rename = 'op.rename_table("accounts_user", "accounts_person")'
    write_revision(migrated, "accounts", "a1", create.format("accounts_user", ""))
    write_revision(migrated, "accounts", "a2", rename, down="a1")
    write_revision(
        migrated, "blog", "b1", create.format("blog_post", key), against={"accounts": "a1"}
    )
    lines = migrated.run("db", "upgrade").splitlines()
    assert [line.split()[-1] for line in lines] == ["a1.", "b1.", "a2."]
    assert {"accounts_person", "blog_post"} <= tables(migrated)


@pytest.mark.parametrize("code", ['op.execute("NO SQL AT ALL")', "{}['x']", "nowhere"])
def test_a_revision_that_fails_is_named(migrated: Project, code: str) -> None:
    migrated.module("blog")
    write_revision(migrated, "blog", "b1", code)
    result = migrated.flask("db", "upgrade")
    assert result.exit_code == 1
    assert 'Error: Revision b1 of "blog" failed: ' in result.output


def test_a_revision_that_fails_in_python_shows_where(migrated: Project) -> None:
    migrated.module("blog")
    path = write_revision(migrated, "blog", "b1", "{}['x']")
    assert f'File "{path}", line 11, in upgrade' in migrated.flask("db", "upgrade").output


@pytest.mark.parametrize("code", ['op.execute("NO SQL AT ALL")', "{}['x']"])
@pytest.mark.parametrize("command", ["db downgrade", "module remove"])
def test_a_revision_that_cannot_be_undone_is_named(
    migrated: Project, command: str, code: str
) -> None:
    migrated.module("blog")
    write_revision(migrated, "blog", "b1", "pass", down_code=code)
    migrated.run("db", "upgrade")
    result = migrated.flask(*command.split(), "blog", "--yes")
    assert result.exit_code == 1
    assert 'Error: Undoing revisions of "blog" failed: ' in result.output


def test_a_revision_that_is_not_on_disk_is_named(blog: Project) -> None:
    [revision] = (blog.root / "modules/blog/migrations").glob("*.py")
    revision.unlink()
    result = blog.flask("db", "upgrade")
    assert result.exit_code == 1
    assert 'The database has a revision of "blog" that is not in' in result.output


def test_an_unknown_module_gets_the_nearest_name(blog: Project) -> None:
    result = blog.flask("db", "migrate", "blogs", "-m", "x")
    assert 'There is no module "blogs". Did you mean "blog"?' in result.output


def test_commands_of_flask_migrate_want_a_module(blog: Project) -> None:
    assert "say which: flask db -x module=NAME history" in blog.flask("db", "history").output
    assert blog.flask("db", "-x", "module=blog", "history").exit_code == 0
