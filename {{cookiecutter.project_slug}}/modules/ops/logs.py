"""Logs: lines for people, JSON for machines, both naming the request that they belong to."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request
from flask.logging import default_handler

from .envelope import REQUEST_ID

FIELDS = ("request_id", "method", "path", "status", "duration_ms", "client")

_control = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_colors = re.compile(r"\x1b\[[0-9;]*m")


def request_fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is known of the request that a record belongs to."""
    given = {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
    if not given and has_request_context():
        given["request_id"] = request.environ.get(REQUEST_ID, "")
        given["method"], given["path"] = request.method, request.path
    elif not given and has_app_context() and g.get("request_id"):
        given["request_id"] = g.request_id  # work that goes on after its request
    return given


def escape(text: str) -> str:
    """Show control characters instead of obeying them, so that nobody can forge a line."""
    return _control.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class LineFormatter(logging.Formatter):
    """Write a line for people; a traceback follows indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        if record.name == "werkzeug":
            return record.getMessage()  # the development server's greeting has its own layout
        time = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        line = f"{time} {record.levelname:<7} {escape(record.getMessage())}"
        if request_id := request_fields(record).get("request_id"):
            line += f"  [{request_id}]"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line

    def formatException(self, ei: Any) -> str:
        """Return a traceback, each line of it indented."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"    {escape(line)}" for line in lines)


class JSONFormatter(logging.Formatter):
    """Write one JSON object to a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object of a record."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _colors.sub("", record.getMessage()),
            **request_fields(record),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def _is_no_access_line(record: logging.LogRecord) -> bool:
    return '"%s" %s %s' not in str(record.msg)


def configure_logging(app: Flask) -> None:
    """Send all logs to standard error, unless somebody configured logging before."""
    if app.testing or logging.root.handlers:
        return
    style = app.config["OPS_LOG_FORMAT"] or ("lines" if app.debug else "json")
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter() if style == "lines" else JSONFormatter())
    logging.root.addHandler(handler)
    logging.root.setLevel(app.config["OPS_LOG_LEVEL"].upper())
    app.logger.removeHandler(default_handler)
    # The development server writes a line for each request too; ours has the request id.
    logging.getLogger("werkzeug").addFilter(_is_no_access_line)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
