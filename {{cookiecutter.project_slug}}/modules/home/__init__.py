"""The landing page."""

from flask_modular import Module

module = Module(__name__, url_prefix="/")
