"""Refuse answers that no project can be made of, in one sentence.

`flavors` asks these validators about every answer while nothing is on disk yet. cookiecutter runs
the file once more before it writes, which is what is left under `--replay`: then there is only
the folder's name to look at. Standard library only, for any Python that runs cookiecutter.
"""

from __future__ import annotations

import keyword
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping

PYTHON = (3, 11)
LIMITS = {
    "project_name": 200,
    "project_slug": 64,
    "description": 500,
    "author_name": 200,
    "author_email": 254,
    "modules": 500,
}
DEVICES = [f"{kind}{number}" for kind in ("com", "lpt") for number in range(10)]
FOLDERS = "app config flask_modular instance migrations modules requirements static templates tests"
RESERVED = {
    **dict.fromkeys(getattr(sys, "stdlib_module_names", ()), "a module of Python"),
    **dict.fromkeys(keyword.kwlist, "a word of Python"),
    **dict.fromkeys(["con", "prn", "aux", "nul", *DEVICES], "a device on Windows"),
    **dict.fromkeys(FOLDERS.split(), "used inside of every project"),
}
ADDRESS = re.compile(r"""[^\s@<>()\[\],;:\\"]+@[^\s@<>()\[\],;:\\"]+""")


def normalized(name: str) -> str:
    """Return a distribution's name in the form in which names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def python_is_supported(answers: Mapping[str, str], reserved: Mapping[str, str]) -> str | None:
    """Check the Python that runs cookiecutter."""
    if sys.version_info[:2] >= PYTHON:
        return None
    needed, found = (".".join(map(str, version)) for version in (PYTHON, sys.version_info[:2]))
    return (
        f"This template needs Python {needed} or newer, and cookiecutter runs on {found}: "
        "uvx --python 3.13 cookiecutter brings its own."
    )


def answers_are_one_line(answers: Mapping[str, str], reserved: Mapping[str, str]) -> str | None:
    """Check that no answer holds a line break, another control character or half a character."""
    for key, answer in answers.items():
        for character in answer:
            if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
                code = f"U+{ord(character):04X}"
                return f'"{key}" holds the control character {code}; write one line of text.'
    return None


def answers_are_short(answers: Mapping[str, str], reserved: Mapping[str, str]) -> str | None:
    """Check the length of every answer."""
    for key, limit in LIMITS.items():
        length = len(answers.get(key, ""))
        if length > limit:
            return f'"{key}" has {length} characters; write {limit} at most.'
    return None


def names_are_given(answers: Mapping[str, str], reserved: Mapping[str, str]) -> str | None:
    """Check that the project and its author have names that can be seen."""
    for key in ("project_name", "author_name"):
        if key in answers and not any(c.isprintable() and c != " " for c in answers[key]):
            return f'"{key}" is empty; give a name.'
    return None


def slug_is_given(answers: Mapping[str, str], reserved: Mapping[str, str]) -> str | None:
    """Check that there is a slug, which does not follow from every name."""
    if answers.get("project_slug") != "":
        return None
    name = answers.get("project_name", "")
    return f'No slug follows from the name "{name}"; give a project_slug, such as my_project.'


def slug_is_a_distribution_name(
    answers: Mapping[str, str], reserved: Mapping[str, str]
) -> str | None:
    """Check that the slug can name a distribution, a folder and a container anywhere."""
    slug = answers.get("project_slug")
    if slug is None or re.fullmatch(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?", slug):
        return None
    return (
        f'"{slug}" cannot be the project_slug; write a to z, 0 to 9, - and _, '
        "with a letter or digit at both ends."
    )


def slug_is_free(answers: Mapping[str, str], reserved: Mapping[str, str]) -> str | None:
    """Check that the slug means nothing to Python, to Windows or to the project's installer."""
    slug = answers.get("project_slug", "")
    for name, meaning in reserved.items():
        if normalized(name) == normalized(slug):
            return f'"{slug}" cannot be the project_slug: it is {meaning}; choose another.'
    return None


def email_is_an_address(answers: Mapping[str, str], reserved: Mapping[str, str]) -> str | None:
    """Check that the e-mail address has two sides and nothing that would end it early."""
    email = answers.get("author_email")
    if email is None or ADDRESS.fullmatch(email):
        return None
    return f'"{email}" is no e-mail address; write it like ada@example.com.'


VALIDATORS = (
    python_is_supported,
    answers_are_one_line,
    answers_are_short,
    names_are_given,
    slug_is_given,
    slug_is_a_distribution_name,
    slug_is_free,
    email_is_an_address,
)


def complaint(answers: Mapping[str, str], distributions: Iterable[str] = ()) -> str | None:
    """Return the first thing that is wrong with the answers at hand, as a sentence.

    :param distributions: what a project may install, and therefore cannot be named.
    """
    meaning = "a distribution that the project depends on"
    reserved = {**RESERVED, **dict.fromkeys(distributions, meaning)}
    sentences = (validator(answers, reserved) for validator in VALIDATORS)
    return next((sentence for sentence in sentences if sentence), None)


if __name__ == "__main__":
    sys.exit(complaint({"project_slug": os.path.basename(os.getcwd())}))
