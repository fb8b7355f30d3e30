"""Mail: one function that sends it, to the console or by SMTP."""

from flask import Flask

from flask_modular import Module, Part

module = Module(__name__)


@module.collects("mails")
def collect_mails(app: Flask, part: Part) -> None:
    """Remember where a module's mails are: `mails/welcome.txt` of `shop` is `shop/welcome`."""
    app.extensions.setdefault("mails", {})[part.module.name] = part.folder / part.name
