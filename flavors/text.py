"""What people typed, written so that every file format reads back what they typed."""

import json
import re
import unicodedata
from collections.abc import Callable

# Characters that JSON lets through and that TOML, YAML or Python do not, or not everywhere.
FRAGILE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# What Markdown reads as markup anywhere in a text, and at its beginning only.
MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~&!$]")
OPENING = re.compile(r"^(\d*)([+=.)-])")
SLUG_LENGTH = 40


def quoted(text: str) -> str:
    """Return the text as a string literal that TOML, YAML, JSON and Python read alike."""
    literal = json.dumps(text, ensure_ascii=False)
    return FRAGILE.sub(lambda found: f"\\u{ord(found[0]):04x}", literal)


def markdown(text: str) -> str:
    """Return Markdown that shows the text, character by character."""
    return OPENING.sub(r"\1\\\2", MARKUP.sub(r"\\\g<0>", text.strip()))


def slug(name: str) -> str:
    """Return the folder's name that a project's name suggests; nothing where it suggests none."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = folded.encode("ascii", "ignore").decode().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "_", letters)[:SLUG_LENGTH].strip("_")


FILTERS: dict[str, Callable[[str], str]] = {"quoted": quoted, "markdown": markdown, "slug": slug}
