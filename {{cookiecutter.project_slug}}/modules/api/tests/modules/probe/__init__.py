"""A module of the tests: products and categories, as `flask module new` would write them."""

from flask_modular import Module

module = Module(__name__)
