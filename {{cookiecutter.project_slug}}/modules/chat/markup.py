"""What people write: Markdown, which becomes HTML that can do no harm."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "a", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = {"http", "https", "mailto"}
_address = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?')\]]")
MOST_LINKS = 3


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["strikethrough", "table"]).disable("image")
    parser.core.ruler.push("addresses", _link_addresses)
    return parser


def render(source: str) -> str:
    """Return the HTML of a message: links are not followed by search engines, and nothing runs."""
    return nh3.clean(
        _parser().render(source),
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer ugc",
    )


def links(source: str) -> list[str]:
    """Return the first addresses that a message links to."""
    found: dict[str, None] = {}
    for token in _parser().parse(source):
        for child in token.children or ():
            href = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
            if href.startswith(("http://", "https://")):
                found[href] = None
    return list(found)[:MOST_LINKS]


def _link_addresses(state: Any) -> None:
    """Make links of addresses that stand in a text by themselves."""
    for token in state.tokens:
        depth = 0
        children: list[Token] = []
        for child in token.children or ():
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            linkable = child.type == "text" and depth == 0
            children.extend(_split(child) if linkable else [child])
        if token.children:
            token.children = children


def _split(text: Token) -> list[Token]:
    tokens, end = [], 0
    for found in _address.finditer(text.content):
        tokens += [
            Token("text", "", 0, content=text.content[end : found.start()]),
            Token("link_open", "a", 1, attrs={"href": found[0]}),
            Token("text", "", 0, content=found[0]),
            Token("link_close", "a", -1),
        ]
        end = found.end()
    return [*tokens, Token("text", "", 0, content=text.content[end:])]
