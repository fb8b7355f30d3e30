"""Selection: a pure function from a flavor, a wish and manifests to modules and files."""

import ast
import json
import tomllib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flavors.selection import UNUSED, Refused, Selected, Selections, choose, closure, covers
from flavors.template import PROJECT, Flavor, Manifest, Template, normalized, read_commit, read_pins
from flavors.text import markdown, quoted, slug
from hooks.pre_gen_project import complaint
from tests.baking import CHOICES, COMBINATIONS, DEFAULTS, FOLDER, QUESTIONS, ROOT, TEMPLATE

NAMES = ["accounts", "admin", "chat", "mail", "notes", "site", "tasks"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def manifests(**requires: list[str]) -> dict[str, Manifest]:
    """Return manifests of modules that require these."""
    return {name: Manifest(name, name, requires=names) for name, names in requires.items()}


def flavor(*modules: str) -> Flavor:
    """Return a flavor of these modules."""
    return Flavor("some", "Some", "some modules", list(modules))


def outcome(rows: Flavor, wish: str, modules: dict[str, Manifest]) -> list[str] | str:
    """Return what is chosen, or why nothing is."""
    try:
        return choose(rows, wish, modules)
    except Refused as error:
        return str(error)


@st.composite
def families(draw: st.DrawFn) -> dict[str, Manifest]:
    """Draw modules that require some of those before them."""
    found: dict[str, Manifest] = {}
    for name in draw(st.permutations(NAMES)):
        needed = draw(st.lists(st.sampled_from(sorted(found)), unique=True)) if found else []
        found[name] = Manifest(name, name, requires=needed)
    return found


class TestChoose:
    def test_a_flavor_is_its_modules(self) -> None:
        assert choose(flavor("site", "mail"), "", manifests(site=[], mail=[])) == ["mail", "site"]

    @pytest.mark.parametrize("wish", ["chat", "+chat", " chat ", "chat,", "+chat +chat"])
    def test_an_added_module_brings_what_it_requires(self, wish: str) -> None:
        modules = manifests(site=[], mail=[], accounts=["mail"], chat=["accounts"])
        assert choose(flavor("site"), wish, modules) == ["accounts", "chat", "mail", "site"]

    @pytest.mark.parametrize("wish", ["-mail", "-mail,", " , -mail"])
    def test_a_module_is_left_out(self, wish: str) -> None:
        assert choose(flavor("site", "mail"), wish, manifests(site=[], mail=[])) == ["site"]

    def test_leaving_out_a_module_that_is_not_there_is_no_error(self) -> None:
        assert choose(flavor("site"), "-mail", manifests(site=[], mail=[])) == ["site"]

    def test_what_another_requires_cannot_be_left_out(self) -> None:
        modules = manifests(mail=[], accounts=["mail"], admin=["accounts"])
        refusal = '"mail" cannot be left out: "accounts" requires it.'
        assert outcome(flavor("admin"), "-mail", modules) == refusal

    def test_a_module_and_what_requires_it_can_be_left_out_together(self) -> None:
        modules = manifests(site=[], mail=[], accounts=["mail"])
        assert choose(flavor("site", "mail", "accounts"), "-mail -accounts", modules) == ["site"]

    def test_a_near_miss_is_suggested(self) -> None:
        refusal = 'There is no module "chatt". Did you mean "chat"?'
        assert outcome(flavor(), "chatt", manifests(chat=[], mail=[])) == refusal

    def test_without_a_near_miss_all_are_named(self) -> None:
        refusal = 'There is no module "blog"; there are chat, mail.'
        assert outcome(flavor(), "-blog", manifests(chat=[], mail=[])) == refusal

    def test_a_module_cannot_be_added_and_left_out(self) -> None:
        refusal = 'The module "chat" is both added and left out; do one of them.'
        assert outcome(flavor(), "chat -chat", manifests(chat=[])) == refusal

    @given(families(), st.sets(st.sampled_from(NAMES)))
    def test_every_choice_is_closed(self, modules: dict[str, Manifest], rows: set[str]) -> None:
        chosen = choose(flavor(*rows), "", modules)
        assert rows <= {*chosen}
        assert all({*modules[name].requires} <= {*chosen} for name in chosen)

    @given(families(), st.data())
    def test_the_order_of_words_does_not_matter(
        self, modules: dict[str, Manifest], data: st.DataObject
    ) -> None:
        words = data.draw(st.lists(st.sampled_from(["+", "-", ""]), min_size=7, max_size=7))
        wish = [sign + name for sign, name in zip(words, NAMES, strict=True)]
        rows = data.draw(st.permutations(NAMES[:4]))
        first = outcome(flavor(*NAMES[:4]), " ".join(wish), modules)
        again = outcome(flavor(*rows), ", ".join(data.draw(st.permutations(wish))), modules)
        assert first == again

    @given(families(), st.sets(st.sampled_from(NAMES)))
    def test_every_closed_set_can_be_chosen(
        self, modules: dict[str, Manifest], rows: set[str]
    ) -> None:
        closed = choose(flavor(*rows), "", modules)
        wish = " ".join(f"+{name}" if name in closed else f"-{name}" for name in modules)
        assert choose(flavor("site"), wish, modules) == closed


@pytest.fixture
def template(tmp_path: Path) -> Template:
    """Return a template of three modules, one of which collects what the others offer."""
    for path, text in {
        "modules/site/manifest.toml": 'collects.views = ["views.py", "forms.py", "templates/"]',
        "modules/blog/manifest.toml": 'title = "Blog"\nuses = ["mail"]\npackages = ["markdown>=3"]',
        "modules/blog/views.py": "",
        "modules/blog/services.py": "",
        "modules/blog/templates/blog/index.html": "",
        "modules/blog/tests/test_views.py": "",
        "modules/blog/tests/test_forms.py": "",
        "modules/blog/tests/test_views/test_index.py": "",
        "modules/blog/tests/test_services.py": "",
        "modules/blog/__pycache__/views.cpython-311.pyc": "",
        "modules/mail/manifest.toml": '[config]\ntitle = ""\nport = 25\n',
        "modules/__init__.py": "",
        "Dockerfile": "",
        "deploy/web.conf": "",
    }.items():
        file = tmp_path / PROJECT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / PROJECT / "empty").mkdir()
    (tmp_path / "flavors").mkdir()
    (tmp_path / "flavors/minimal.toml").write_text(
        'title = "Minimal"\nsummary = "little"\nmodules = ["blog", "site"]\n'
    )
    (tmp_path / "flavors/options.toml").write_text(
        "[kernel]\npackages = ['flask>=3']\ndev = ['pytest']\n"
        "[deployment.docker]\nfiles = ['Dockerfile', 'deploy/']\npackages = ['gunicorn']\n"
        "[deployment.none]\n"
    )
    (tmp_path / "flavors/pins.txt").write_text(PINS)
    return Template(tmp_path)


PINS = """\
# Resolved for all projects.
click==8.1 ; python_version >= '3.11'
    # via flask
flask==3.1
gunicorn==23.0
    # via -r options.in
iniconfig==2.0
    # via pytest
Jinja2==3.1
    # via flask
markdown==3.7
markupsafe==3.0
    # via
    #   jinja2
    #   other
packaging==24.0
    # via
    #   gunicorn
    #   pytest
pytest==8.3
"""


def select(template: Template, **answers: str) -> Selected:
    """Return what these answers select, unchecked."""
    return Selections(template, lambda *_: None, 0).selection({**DEFAULTS, **answers})


def names(selected: Selected) -> list[str]:
    """Return the names of the selected modules, in order."""
    return [module.name for module in selected.modules]


class TestFiles:
    def test_what_nobody_collects_is_left_out_with_its_tests(self, template: Template) -> None:
        unused = select(template, modules="-site").unused
        assert [path for path in unused if path.startswith("modules/blog/")] == [
            "modules/blog/__pycache__/views.cpython-311.pyc",
            "modules/blog/templates/blog/index.html",
            "modules/blog/tests/test_forms.py",
            "modules/blog/tests/test_views.py",
            "modules/blog/tests/test_views/test_index.py",
            "modules/blog/views.py",
        ]

    def test_what_somebody_collects_stays(self, template: Template) -> None:
        assert select(template).unused == [
            "empty/",
            "modules/blog/__pycache__/views.cpython-311.pyc",
            "modules/mail/manifest.toml",
        ]

    def test_what_is_left_out_goes_into_one_file_that_is_removed(self, template: Template) -> None:
        selections = Selections(template, lambda *_: None, 0)
        answers = {**DEFAULTS, "modules": "-site", "_template": "flask-modular"}
        assert selections.place(answers, "modules/blog/views.py") == UNUSED
        assert selections.place(answers, "modules/blog/models.py") == "modules/blog/models.py"
        assert json.loads(json.loads(f'"{selections.plan(answers)}"'))["unused"][0] == UNUSED

    def test_an_answer_that_reads_like_a_file_is_an_answer(self, template: Template) -> None:
        selections = Selections(template, lambda *_: None, 0)
        name = "modules/blog/views.py"
        assert selections.place({"description": name}, name) == name

    def test_files_of_other_answers_are_left_out(self, template: Template) -> None:
        none = select(template, deployment="none")
        assert none.unchosen == ["Dockerfile", "deploy/web.conf"]
        assert select(template).unchosen == []

    def test_a_folder_covers_what_is_in_it_and_not_what_begins_alike(self) -> None:
        assert covers(["views/"], "views/list.py")
        assert not covers(["views/", "view"], "views.py")

    @pytest.mark.parametrize("name", sorted(TEMPLATE.modules))
    def test_unused_files_of_each_module_are_its_own(self, name: str) -> None:
        wish = " ".join(f"-{one}" for one in TEMPLATE.modules if one != name)
        if TEMPLATE.modules[name].requires:
            pytest.skip(f"{name} cannot stand alone.")
        alone = select(TEMPLATE, modules=f"{wish} {name}")
        assert names(alone) == [name]
        assert not {f"modules/{name}/manifest.toml", "modules/__init__.py"} & {*alone.unused}


class TestModules:
    def test_a_setting_that_a_module_has_is_answered(self, template: Template) -> None:
        selected = select(template, project_name="Shop", modules="mail")
        assert selected.config == {"mail": {"title": "Shop"}}


class TestDistributions:
    def test_they_come_from_the_kernel_modules_and_options(self, template: Template) -> None:
        assert select(template).packages == ["flask>=3", "gunicorn", "markdown>=3"]
        assert select(template, modules="-blog", deployment="none").packages == ["flask>=3"]

    def test_pins_are_those_of_what_is_needed_in_turn(self, template: Template) -> None:
        selected = select(template, modules="-blog", deployment="none")
        assert selected.run_pins == [
            "click==8.1 ; python_version >= '3.11'",
            "flask==3.1",
            "Jinja2==3.1",
            "markupsafe==3.0",
        ]
        assert selected.dev_pins == ["iniconfig==2.0", "packaging==24.0", "pytest==8.3"]

    def test_what_is_needed_to_run_is_not_pinned_twice(self, template: Template) -> None:
        selected = select(template)
        assert "packaging==24.0" in selected.run_pins
        assert "packaging==24.0" not in selected.dev_pins

    def test_a_circle_of_needs_ends(self) -> None:
        pins = read_pins("a==1\n    # via b\nb==1\n    # via a\nc==1\n")
        assert [pin.name for pin in closure(["a>=1"], pins)] == ["a", "b"]

    @pytest.mark.parametrize("answers", COMBINATIONS[::16], ids=lambda one: one["flavor"])
    def test_all_that_a_project_needs_is_pinned(self, answers: dict[str, str]) -> None:
        selected = select(TEMPLATE, **answers)
        pinned = {normalized(line) for line in [*selected.run_pins, *selected.dev_pins]}
        assert {normalized(one) for one in [*selected.packages, *selected.dev_packages]} <= pinned


class TestSources:
    """cookiecutter.json must hold choices and labels literally; the files say what they are."""

    def test_flavors(self) -> None:
        assert sorted(CHOICES["flavor"]) == sorted(TEMPLATE.flavors)

    def test_labels_of_flavors(self) -> None:
        labels = dict(QUESTIONS["__prompts__"]["flavor"])
        assert labels.pop("__prompt__")
        assert labels == {
            name: f"{one.title}: {one.summary}" for name, one in TEMPLATE.flavors.items()
        }

    def test_options(self) -> None:
        questions = {key: [*table] for key, table in TEMPLATE.options.items() if key != "kernel"}
        assert questions == {key: CHOICES[key] for key in questions}
        assert {*CHOICES} == {"flavor", *questions}

    def test_every_question_and_choice_has_a_label(self) -> None:
        prompts = QUESTIONS["__prompts__"]
        assert {*prompts} == {*DEFAULTS}
        for key, choices in CHOICES.items():
            assert {*prompts[key]} == {"__prompt__", *choices}

    def test_the_flavor_is_asked_right_after_the_name(self) -> None:
        assert list(DEFAULTS)[:2] == ["project_name", "flavor"]

    def test_the_selection_comes_last(self) -> None:
        assert list(QUESTIONS)[-1] == "__selection"

    def test_flavors_name_modules_that_exist(self) -> None:
        assert {name for one in TEMPLATE.flavors.values() for name in one.modules} <= {
            *TEMPLATE.modules
        }

    @pytest.mark.parametrize("name", CHOICES["flavor"])
    def test_a_demo_adds_modules_that_exist_and_are_not_there_already(self, name: str) -> None:
        chosen = TEMPLATE.flavors[name]
        assert chosen.demo
        with_demo = names(select(TEMPLATE, flavor=name, modules=" ".join(chosen.demo)))
        assert {*with_demo} == {*names(select(TEMPLATE, flavor=name)), *chosen.demo}
        assert not {*chosen.demo} & {*chosen.modules}

    def test_licenses_exist(self) -> None:
        for choice in TEMPLATE.options["license"].values():
            assert "file" not in choice or (ROOT / "flavors" / choice["file"]).is_file()

    def test_options_name_files_that_exist(self) -> None:
        for path in TEMPLATE.claimable:
            assert (FOLDER / path).exists()


class TestText:
    @given(TEXT)
    def test_a_quoted_text_means_the_same_everywhere(self, text: str) -> None:
        literal = quoted(text)
        assert json.loads(literal) == text
        assert tomllib.loads(f"text = {literal}") == {"text": text}
        assert yaml.safe_load(f"text: {literal}") == {"text": text}
        assert ast.literal_eval(literal) == text

    @given(TEXT)
    def test_a_slug_suggests_itself_or_nothing(self, text: str) -> None:
        assert slug(text) == "" or slug(slug(text)) == slug(text)

    @pytest.mark.parametrize(
        ("name", "suggested"),
        [
            ("My Shop", "my_shop"),
            ("Ada's Café №1", "adas_cafe_no1"),
            ("  --2048!  ", "2048"),
            ("你好", ""),
            ("x" * 200, "x" * 40),
            ("a" * 39 + " b", "a" * 39),
        ],
    )
    def test_slugs(self, name: str, suggested: str) -> None:
        assert slug(name) == suggested

    @pytest.mark.parametrize(
        ("text", "escaped"),
        [
            ("My Shop", "My Shop"),
            ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
            ("- a - b", r"\- a - b"),
            ("12. a", r"12\. a"),
            ("2048", "2048"),
        ],
    )
    def test_markdown_is_escaped_where_it_is_markup(self, text: str, escaped: str) -> None:
        assert markdown(text) == escaped


class TestCommit:
    def test_a_branch(self, tmp_path: Path) -> None:
        (tmp_path / "refs/heads").mkdir(parents=True)
        (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
        (tmp_path / "refs/heads/main").write_text("abc123\n")
        assert read_commit(tmp_path) == "abc123"

    def test_a_detached_head(self, tmp_path: Path) -> None:
        (tmp_path / "HEAD").write_text("abc123\n")
        assert read_commit(tmp_path) == "abc123"

    def test_packed_references(self, tmp_path: Path) -> None:
        (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
        (tmp_path / "packed-refs").write_text("fff refs/heads/mainly\nabc refs/heads/main\n")
        assert read_commit(tmp_path) == "abc"

    def test_a_worktree(self, tmp_path: Path) -> None:
        inside = tmp_path / "git/worktrees/one"
        inside.mkdir(parents=True)
        (inside / "HEAD").write_text("ref: refs/heads/one\n")
        (inside / "commondir").write_text("../..\n")
        (tmp_path / "git/refs/heads").mkdir(parents=True)
        (tmp_path / "git/refs/heads/one").write_text("abc123\n")
        (tmp_path / ".git").write_text(f"gitdir: {inside}\n")
        assert read_commit(tmp_path / ".git") == "abc123"

    def test_no_commit_yet(self, tmp_path: Path) -> None:
        (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
        assert read_commit(tmp_path) == ""


def test_distributions_of_all_projects_are_refused_as_slugs() -> None:
    names = {pin.name for pin in TEMPLATE.pins}
    assert complaint({"project_slug": "flask_sqlalchemy"}, names) == (
        '"flask_sqlalchemy" cannot be the project_slug: '
        "it is a distribution that the project depends on; choose another."
    )
