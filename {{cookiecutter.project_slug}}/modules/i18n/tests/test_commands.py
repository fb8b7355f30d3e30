from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from flask_modular import current_registry
from modules.i18n.catalogues import catalogues_of
from modules.i18n.extraction import Source, sources
from modules.i18n.services import add_texts

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs a command of a project that has two texts."""
    with app.app_context():
        monkeypatch.setattr(current_registry(), "root", tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/hello.html").write_text('{{ _("Hello %(name)s", name=name) }}')
    (tmp_path / "app.py").write_text('LABEL = lazy_gettext("Tea")\n')

    def command(*args: str) -> Result:
        return app.test_cli_runner().invoke(args=["i18n", *args, "--module", "project"])

    return command


def translate(folder: Path, **words: str) -> None:
    """Fill the German and the Arabic catalogue of the project."""
    for name in ("de", "ar"):
        file = folder / f"translations/{name}/LC_MESSAGES/messages.po"
        text = file.read_text(encoding="utf-8")
        for message, word in words.items():
            head, found, rest = text.partition(f'msgid "{message}')
            assert found
            text = head + found + rest.replace('msgstr ""', f'msgstr "{word}"', 1)
        file.write_text(text, encoding="utf-8")


def test_a_language_is_added(run: Run, tmp_path: Path) -> None:
    assert "update  translations/fr/LC_MESSAGES/messages.po" in run("add", "fr").output
    text = (tmp_path / "translations/fr/LC_MESSAGES/messages.po").read_text(encoding="utf-8")
    assert 'msgid "Hello %(name)s"' in text
    assert 'msgid "Tea"' in text
    assert text.endswith('"\n')  # and no empty line, which hooks of commits take away
    assert "Every catalogue is up to date." in run("add", "fr").output


@pytest.mark.parametrize("locale", ["klingon", "../../etc", ""])
def test_what_is_no_language_is_not_added(run: Run, tmp_path: Path, locale: str) -> None:
    refused = run("add", locale)
    assert refused.exit_code == 1
    assert "is no language" in refused.output
    assert not (tmp_path / "translations").exists()


def test_a_module_that_is_not_here_has_no_catalogues(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["i18n", "update", "--module", "nowhere"])
    assert refused.exit_code == 1
    assert 'There is no folder of a module "nowhere" here.' in refused.output


def test_what_is_not_translated_is_found(run: Run, tmp_path: Path) -> None:
    run("update")
    checked = run("check")
    assert checked.exit_code == 1
    assert "project, de: “Tea” is not translated." in checked.output
    translate(tmp_path, Tea="Tee", Hello="Hallo %(name)s")
    assert run("check").exit_code == 0


def test_titles_and_texts_that_are_made_are_found(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues_of(app), "made", [])
    add_texts(app, lambda: [("i18n", "Made of a name"), ("mail", "Of another module")])
    with app.app_context():
        [source] = sources(current_registry(), "i18n")
    found = {one.id for one in source.template}
    assert {"Languages", "Made of a name"} <= found
    assert "Of another module" not in found


def test_a_title_alone_is_worth_no_catalogue(tmp_path: Path) -> None:
    assert not len(Source("shop", tmp_path, (), ("Shop",)).template)


def test_what_another_module_says_is_taken_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text('LABEL = lazy_gettext("Language")\n')
    run("update")
    assert "“Language” is not translated." not in run("check").output
    text = (tmp_path / "translations/de/LC_MESSAGES/messages.po").read_text(encoding="utf-8")
    assert 'msgstr "Sprache"' in text


def test_a_wrong_placeholder_is_found(run: Run, tmp_path: Path) -> None:
    run("update")
    translate(tmp_path, Tea="Tee", Hello="Hallo %(nam)s")
    assert "%(nam)s has no value in the text" in run("check").output


def test_a_text_that_changed_is_to_be_looked_at(run: Run, tmp_path: Path) -> None:
    run("update")
    translate(tmp_path, Tea="Tee", Hello="Hallo %(name)s")
    (tmp_path / "templates/hello.html").write_text('{{ _("Hello, %(name)s", name=name) }}')
    assert "“Hello, %(name)s” is not translated." in run("check").output
    run("update")
    assert "“Hello, %(name)s” is marked as fuzzy" in run("check").output
