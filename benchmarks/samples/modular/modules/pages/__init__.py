from flask import Flask

from flask_modular import Module, Part

module = Module(__name__)


@module.collects("views")
def collect_views(app: Flask, part: Part) -> None:
    part.load()
