"""Live: what happens on the server reaches the browser at once, over Socket.IO."""

from flask import Flask

from flask_modular import Module, Part

module = Module(__name__)


@module.collects("sockets")
def collect_sockets(app: Flask, part: Part) -> None:
    """Take in a module's handlers of events, and its function that says who may join a room."""
    from .hub import hub_of

    hub_of(app).collect(part.module.name, part.load())
