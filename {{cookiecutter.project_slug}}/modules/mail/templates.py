"""Mails as templates: the first line of the text is the subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from textwrap import dedent
from typing import Any, cast

from flask import Flask
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, TemplateNotFound

_is_link = re.compile(r"https?://\S+").fullmatch
_comment = re.compile(r"\A(?:\s*\{#.*?#\})*\s*", re.DOTALL)


def render(app: Flask, name: str, values: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the subject, the text and the HTML of a mail.

    :param name: such as `shop/welcome`.
    """
    plain, rich = _environments(app)
    source = cast(str, plain.loader and plain.loader.get_source(plain, f"{name}.txt")[0])
    source = _comment.sub("", source, count=1)
    # By itself, so that a value with a line break does not end the subject and start the text.
    first, _, rest = source.partition("\n")
    subject = plain.from_string(first).render(values).strip()
    text = plain.from_string(rest).render(values).strip() + "\n"
    try:
        html = rich.get_template(f"{name}.html").render(values)
    except TemplateNotFound as error:
        if error.name != f"{name}.html":
            raise
        layout = rich.get_template("mail/layout.html")
        html = layout.render({**values, "subject": subject, "blocks": [*blocks(text)]})
    return subject, text, html


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text is made of: each "text", a "link" that stands alone, or indented "code"."""
    for block in re.split(r"\n\s*\n", text):
        plain = dedent(block).strip()
        if _is_link(plain):
            yield "link", plain
        else:
            yield "code" if block.startswith("    ") else "text", plain


def _environments(app: Flask) -> tuple[Environment, Environment]:
    """Return the environments of texts, in which nothing is escaped, and of HTML."""
    if "mail_templates" not in app.extensions:
        mails = app.extensions.get("mails", {})
        loader = ChoiceLoader(
            [
                FileSystemLoader(f"{app.root_path}/mails"),  # the project's own words win
                PrefixLoader({name: FileSystemLoader(folder) for name, folder in mails.items()}),
            ]
        )
        app.extensions["mail_templates"] = (
            app.jinja_env.overlay(loader=loader, autoescape=False, trim_blocks=True),
            app.jinja_env.overlay(loader=loader, autoescape=True),
        )
    return cast(tuple[Environment, Environment], app.extensions["mail_templates"])
