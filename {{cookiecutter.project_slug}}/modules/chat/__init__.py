"""Chat: rooms in which people talk, at once where somebody listens."""

from flask_modular import Module

module = Module(__name__)
