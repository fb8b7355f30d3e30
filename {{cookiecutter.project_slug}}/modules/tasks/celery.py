"""Where the `celery` command finds the application: `celery -A modules.tasks worker`."""

from flask.cli import ScriptInfo

from .workers import worker_app

app = worker_app(ScriptInfo().load_app())
