"""What is done in the background: old notes go to the archive."""

from flask import url_for

from flask_modular import current_registry, lazy_gettext
from modules.tasks.services import job, periodic

from .services import archive_old


def page_of_archive(result: dict[str, int]) -> str:
    """Return where people find what was archived."""
    return url_for(current_registry().endpoint("notes", ".index"), archived=1)


@job(title=lazy_gettext("Old notes to the archive"), page=page_of_archive)
def archive(days: int | None = None) -> dict[str, int]:
    """Archive the notes that nobody has changed for some days."""
    return {"archived": archive_old(days)}


@periodic(crontab="0 3 * * *")
def archive_nightly() -> dict[str, int]:
    """Archive old notes while nobody waits for the database."""
    return archive()
