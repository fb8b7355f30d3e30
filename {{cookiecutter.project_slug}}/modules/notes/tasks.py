"""What is done in the background: old notes go to the archive."""

from flask_modular import lazy_gettext
from modules.tasks.services import job, periodic

from .services import archive_old


@job(title=lazy_gettext("Old notes to the archive"))
def archive(days: int | None = None) -> dict[str, int]:
    """Archive the notes that nobody has changed for some days."""
    return {"archived": archive_old(days)}


@periodic(crontab="0 3 * * *")
def archive_nightly() -> dict[str, int]:
    """Archive old notes while nobody waits for the database."""
    return archive()
