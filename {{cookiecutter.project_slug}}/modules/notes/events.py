"""What is settled once, when the application starts: settings of which no good can come."""

from flask import Flask

from flask_modular.values import check_numbers

from . import module
from .services import MOST_DAYS

LIMITS = {"NOTES_PAGE_SIZE": (1, 100), "NOTES_ARCHIVE_AFTER_DAYS": (0, MOST_DAYS)}


@module.ready
def check_settings(app: Flask) -> None:
    """Refuse numbers that make no sense while somebody is looking, not at three in the morning."""
    check_numbers(app.config, LIMITS)
