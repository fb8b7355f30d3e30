"""Files: uploads, judged by their content, kept in one place and served without surprises."""

from flask_modular import Module

module = Module(__name__)
