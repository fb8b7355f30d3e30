"""Accounts: users, roles, sign-in, confirmation, reset, bearer tokens, and who may do what."""

from flask_modular import Module

# Its commands are `flask user …` and `flask token …`.
module = Module(__name__, cli_group=None)
