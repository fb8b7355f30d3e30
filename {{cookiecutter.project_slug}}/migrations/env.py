"""Alembic runs this file; the modules' revisions live with the modules."""

from alembic import context

from flask_modular.migrations import run_environment

run_environment(context.config)
