"""Answers are data: they come out as they were typed, or are refused in one sentence."""

import ast
import builtins
import re
import socket
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from cookiecutter.exceptions import FailedHookException
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from markdown_it import MarkdownIt

from flavors import Selection
from hooks import pre_gen_project as rules
from tests.baking import DEFAULTS, ROOT, TEMPLATE, run, script
from tests.conftest import Bake
from tests.parsing import parse, rendered_files

HOSTILE = {
    "quotes": '"It\'s" \'\'\'three\'\'\' """more""" `ticks`',
    "backslashes": r"C:\new\table \" \\ \u0041 \N{BULLET} ends with \\"[:-1],
    "shell": "$(touch pwned) `touch pwned` ; touch pwned & | > pwned $HOME %PATH% !!",
    "comment": "# not a comment; // nor /* this */ <!-- or --> -- this",
    "percent": "100% %s %(name)s %d {0} {name!r}",
    "braces": "{{ 7 * 7 }} {% raw %} {# gone? #} ${{ secrets.X }} }} %} #}",
    "yaml": "- a: [b, {c: d}] & *e !!python/object:os.system yes",
    "markup": "<script>alert(1)</script> &amp; [a](b) ![c](d) **e** ~~f~~ | g |",
    "emoji": "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ☃ é \u0301",
    "right-to-left": "שלום עולם \u200fמרחבا\u202e reversed",  # noqa: RUF001
    "long": "x" * 200,
    "list": "1. one",
    "heading": "=== ## ---",
    "front matter": "---",
}
TEXTS = ("project_name", "description", "author_name")
# Half of what is drawn from these letters means something to some file format.
LETTERS = st.one_of(
    st.sampled_from("\"'\\`$(){}[]<>#%&|;:!*~-=+.,/ \t\n\x00\x7f\x85\u2028\ufeff\ufffe\U0001f600"),
    st.characters(),
)


def check(project: Path, answers: dict[str, str]) -> None:
    """Check that a project holds the answers, in all files that show any of them."""
    for path in rendered_files(project):
        parse(path.name, path.read_text(encoding="utf-8"))
    pyproject = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["tool"]["flask-modular"]["answers"] == {**DEFAULTS, **answers}
    assert pyproject["project"]["description"] == answers["description"]
    assert pyproject["project"]["authors"][0]["name"] == answers["author_name"]
    modules = tomllib.loads((project / "modules.toml").read_text(encoding="utf-8"))
    assert modules["site"]["config"]["title"] == answers["project_name"]
    check_readme(project, answers)
    assert answers["author_name"].rstrip() in (project / "LICENSE").read_text(encoding="utf-8")


def check_readme(project: Path, answers: dict[str, str]) -> None:
    """Check that the rendered page begins with the name and the description as they are."""
    page = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    blocks = page.parse((project / "README.md").read_text(encoding="utf-8"))
    assert [block.type for block in blocks[:4:3]] == ["heading_open", "paragraph_open"]
    inline = [block for block in blocks if block.type == "inline"]
    shown = ["".join(one.content for one in block.children or []) for block in inline]
    wanted = [squeezed(answers[key]) for key in ("project_name", "description")]
    wanted = [text for text in wanted if text]
    assert [squeezed(text) for text in shown[: len(wanted)]] == wanted


def squeezed(text: str) -> str:
    """Return a text without the spaces that Markdown makes nothing of."""
    return re.sub(r"[ \t]+", " ", text).strip()


def typed(text: str, **others: str) -> dict[str, str]:
    """Return answers in which all free texts are this one."""
    return {**dict.fromkeys(TEXTS, text), "project_slug": "shop", **others}


def check_intact_or_refused(bake: Bake, answers: dict[str, str]) -> None:
    """Check that answers come out as they are, or that nothing comes out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if rules.complaint(answers) is None:
            check(bake(folder, **answers), {**DEFAULTS, **answers})
            return
        with pytest.raises(FailedHookException):
            bake(folder, **answers)
        assert not list(folder.iterdir())


class TestIntact:
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_hostile_answers(self, bake: Bake, tmp_path: Path, text: str) -> None:
        check(bake(tmp_path, **typed(text)), {**DEFAULTS, **typed(text)})
        assert [path.name for path in tmp_path.iterdir()] == ["shop"]

    @settings(max_examples=25)
    @given(name=st.text(LETTERS, min_size=1), description=st.text(LETTERS, max_size=80))
    def test_any_answers(self, bake: Bake, name: str, description: str) -> None:
        check_intact_or_refused(bake, {**typed(name), "description": description})

    @pytest.mark.full
    @settings(max_examples=600)
    @given(texts=st.fixed_dictionaries({key: st.text(LETTERS, max_size=220) for key in TEXTS}))
    def test_very_many_answers(self, bake: Bake, texts: dict[str, str]) -> None:
        check_intact_or_refused(bake, {"project_slug": "shop", **texts})

    @given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200))
    def test_visible_text_is_never_refused(self, text: str) -> None:
        assert rules.complaint({**DEFAULTS, **typed(text)}) is None

    @given(st.text(st.sampled_from("xyz019-_AZ. é"), max_size=70))
    def test_a_slug_is_a_safe_name_or_refused(self, slug: str) -> None:
        safe = re.fullmatch(r"[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?", slug) is not None
        assert safe == (rules.complaint({"project_slug": slug}) is None)

    @given(st.text(LETTERS))
    def test_a_refusal_is_one_line(self, text: str) -> None:
        for key in rules.LIMITS:
            sentence = rules.complaint({**DEFAULTS, key: text})
            assert sentence is None or len(sentence.splitlines()) == 1


WRONG = {
    "empty name": ({"project_name": " "}, '"project_name" is empty; give a name.'),
    "invisible name": ({"project_name": "\u200b"}, '"project_name" is empty; give a name.'),
    "empty author": ({"author_name": ""}, '"author_name" is empty; give a name.'),
    "long name": (
        {"project_name": "x" * 201},
        '"project_name" has 201 characters; write 200 at most.',
    ),
    "newline": (
        {"description": "a\nb"},
        '"description" holds the control character U+000A; write one line of text.',
    ),
    "line separator": (
        {"author_name": "a\u2028b"},
        '"author_name" holds the control character U+2028; write one line of text.',
    ),
    "half a character": (
        {"project_name": "a\ud800"},
        '"project_name" holds the control character U+D800; write one line of text.',
    ),
    "no slug": (
        {"project_name": "你好"},
        'No slug follows from the name "你好"; give a project_slug, such as my_project.',
    ),
    "e-mail": (
        {"author_email": "ada"},
        '"ada" is no e-mail address; write it like ada@example.com.',
    ),
    "unknown module": (
        {"modules": "hom"},
        'There is no module "hom". Did you mean "home"?',
    ),
    "contradiction": (
        {"modules": "home -home"},
        'The module "home" is both added and left out; do one of them.',
    ),
}
SHAPE = "write a to z, 0 to 9, - and _, with a letter or digit at both ends"
SLUGS = {
    "My_Shop": SHAPE,
    "my shop": SHAPE,
    "my.shop": SHAPE,
    "-shop": SHAPE,
    "shop_": SHAPE,
    "../shop": SHAPE,
    "größe": SHAPE,
    "class": "it is a word of Python",
    "json": "it is a module of Python",
    "con": "it is a device on Windows",
    "lpt1": "it is a device on Windows",
    "flask-modular": "it is used inside of every project",
    "modules": "it is used inside of every project",
    "flask": "it is a distribution that the project depends on",
    "flask_sqlalchemy": "it is a distribution that the project depends on",
    "markupsafe": "it is a distribution that the project depends on",
}


class TestRefused:
    @pytest.mark.parametrize(("answers", "sentence"), WRONG.values(), ids=WRONG)
    def test_wrong_answers(
        self, bake: Bake, tmp_path: Path, answers: dict[str, str], sentence: str
    ) -> None:
        with pytest.raises(FailedHookException) as refusal:
            bake(tmp_path, **answers)
        assert str(refusal.value) == sentence
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize(("slug", "reason"), SLUGS.items())
    def test_slugs(self, bake: Bake, tmp_path: Path, slug: str, reason: str) -> None:
        with pytest.raises(FailedHookException, match=reason) as refusal:
            bake(tmp_path, project_slug=slug)
        assert str(refusal.value).startswith(f'"{slug}" cannot be the project_slug')
        assert not list(tmp_path.iterdir())

    def test_what_another_module_requires(self, bake: Bake, tmp_path: Path) -> None:
        needs = [(one.name, name) for one in TEMPLATE.modules.values() for name in one.requires]
        if not needs:
            pytest.skip("No module requires another one yet.")
        name, required = needs[0]
        with pytest.raises(FailedHookException, match=f'"{required}" cannot be left out: "{name}"'):
            bake(tmp_path, modules=f"{name} -{required}")

    @pytest.mark.parametrize(
        "answer", ["project_slug=Shop", "modules=nope", "project_name=", "author_email=x"]
    )
    def test_as_people_see_it(self, tmp_path: Path, answer: str) -> None:
        result = run(script("cookiecutter"), ROOT, "--no-input", answer, cwd=tmp_path)
        assert result.returncode == 1
        assert len((result.stdout + result.stderr).splitlines()) == 1
        assert not list(tmp_path.iterdir())


class TestOldPython:
    """cookiecutter itself runs on older versions of Python than the projects do."""

    def test_it_is_refused_before_anything_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
        with pytest.raises(FailedHookException, match=r"needs Python 3\.11 .* runs on 3\.10:"):
            Selection(Environment())  # noqa: S701

    @pytest.mark.parametrize("path", ["flavors/__init__.py", "hooks/pre_gen_project.py"])
    def test_it_can_read_the_sentence(self, path: str) -> None:
        ast.parse((ROOT / path).read_text(encoding="utf-8"), feature_version=(3, 8))

    @pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
    def test_it_says_so_itself(self, tmp_path: Path, version: str) -> None:
        pythons = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        if not pythons:
            pytest.skip(f"Python {version} is not here.")
        result = run(pythons[0], ROOT / "hooks/pre_gen_project.py", cwd=tmp_path)
        assert result.returncode == 1
        assert result.stderr.startswith("This template needs Python 3.11 or newer")
        assert len(result.stderr.splitlines()) == 1


class TestNothingElse:
    def test_no_network_and_no_program(
        self, bake: Bake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def forbidden(*_: object, **__: object) -> None:
            raise AssertionError("Making a project must not do that.")

        monkeypatch.setattr(socket, "socket", forbidden)
        monkeypatch.setattr("subprocess.Popen", forbidden)
        monkeypatch.setattr("os.system", forbidden)
        assert bake(tmp_path).is_dir()

    @pytest.mark.parametrize("name", ["pre_gen_project", "post_gen_project"])
    def test_hooks_need_the_standard_library_only(self, name: str) -> None:
        code = ast.parse((ROOT / "hooks" / f"{name}.py").read_text(encoding="utf-8"))
        imported = {
            part.split(".")[0]
            for node in ast.walk(code)
            for part in (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert imported <= sys.stdlib_module_names - {"subprocess", "socket", "urllib", "http"}

    def test_one_hook_has_one_tag(self) -> None:
        tags = re.compile(r"\{[{%#]")
        counts = {
            path.name: len(tags.findall(path.read_text())) for path in ROOT.glob("hooks/*.py")
        }
        assert counts == {"pre_gen_project.py": 0, "post_gen_project.py": 1}

    def test_the_last_hook_is_short(self) -> None:
        assert len((ROOT / "hooks/post_gen_project.py").read_text().splitlines()) <= 60

    def test_answers_at_the_prompt_are_not_rendered(
        self, bake: Bake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        called: list[object] = []
        monkeypatch.setattr(builtins, "breakpoint", lambda: called.append(1))
        text = "{{ ''.__class__ }} {{ cookiecutter.update({'project_slug': 'x'}) }}"
        project = bake(tmp_path, project_name=text, project_slug="shop")
        assert text in (project / "modules.toml").read_text()
        assert not called
