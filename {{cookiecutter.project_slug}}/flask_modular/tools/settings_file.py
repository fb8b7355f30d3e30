"""Edit `modules.toml` as text, so that comments, order and everything else stay as they are."""

from __future__ import annotations

import copy
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import SettingsError


def switch(path: Path, name: str, on: bool) -> None:
    """Write `enabled` of one module, and nothing else.

    :raises SettingsError: when the file cannot be edited safely; it is left as it was.
    """
    text = path.read_bytes().decode("utf-8") if path.exists() else ""
    write(path, with_enabled(text, name, on))


def with_enabled(text: str, name: str, on: bool) -> str:
    """Return the text of `modules.toml` with a module switched on or off.

    Every edit that might do is tried, and the first that changes this one value is taken: so what
    merely looks like TOML, in a comment or in a string, is never mistaken for it.

    :raises SettingsError: when there is no such edit.
    """
    wanted = copy.deepcopy(_parse(text))
    section = wanted.setdefault(name, {})
    if isinstance(section, dict):
        section["enabled"] = on
        for edited in _edits(text, name, "true" if on else "false"):
            if _says(edited, wanted):
                return edited
    raise SettingsError(
        f'modules.toml speaks of "{name}" in a way that cannot be edited safely; write '
        f"`enabled = {str(on).lower()}` into its section yourself."
    )


def without_section(text: str, name: str) -> str:
    """Return the text of `modules.toml` without what it says of a module; comments stay.

    :raises SettingsError: when that cannot be taken out safely.
    """
    wanted = _parse(text)
    if wanted.pop(name, None) is None:
        return text
    lines = text.splitlines(keepends=True)
    key = re.compile(rf"""[ \t]*\[*[ \t]*["']?{re.escape(name)}\b""")
    for start in (number for number, line in enumerate(lines) if key.match(line)):
        for end in range(start + 1, len(lines) + 1):
            if _says("".join(lines[:start] + lines[end:]), wanted):
                between = start and not lines[start - 1].strip()
                if between and not "".join(lines[end : end + 1]).strip():
                    start -= 1  # one blank line where there were two
                return "".join(lines[:start] + lines[end:])
    raise SettingsError(
        f'modules.toml speaks of "{name}" in a way that cannot be edited safely; take it out '
        f"yourself."
    )


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"modules.toml is no valid TOML: {error}; mend it first.") from error


def _says(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _edits(text: str, name: str, value: str) -> Iterator[str]:
    """Yield what the text may become: replaced, put into the section, appended."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for found in re.finditer(r"""(\benabled["']?[ \t]*=[ \t]*)(?:true|false)\b""", text):
        yield text[: found.end(1)] + value + text[found.end() :]
    key = rf"""["']?{re.escape(name)}["']?[ \t]*"""
    for found in re.finditer(rf"^[ \t]*\[[ \t]*{key}\][^\n]*(?:\n|\Z)", text, re.MULTILINE):
        head = text[: found.end()]
        gap = "" if head.endswith("\n") else newline
        yield f"{head}{gap}enabled = {value}{newline}{text[found.end() :]}"
    for found in re.finditer(rf"^[ \t]*{key}=[ \t]*\{{", text, re.MULTILINE):
        yield f"{text[: found.end()]} enabled = {value},{text[found.end() :]}"
        yield f"{text[: found.end()]} enabled = {value}{text[found.end() :]}"
    for found in re.finditer(rf"^[ \t]*(?={key}\.)", text, re.MULTILINE):
        yield f"{text[: found.start()]}{name}.enabled = {value}{newline}{text[found.start() :]}"
    gap = newline if not text or text.endswith("\n") else newline * 2
    yield f"{text}{gap if text else ''}[{name}]{newline}enabled = {value}{newline}"


def write(path: Path, text: str) -> None:
    """Write a file at once or not at all, with the mode that it had."""
    path = path.resolve()
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
        if path.exists():
            shutil.copymode(path, temporary)
        else:
            os.chmod(temporary, 0o644)  # as any new file
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
