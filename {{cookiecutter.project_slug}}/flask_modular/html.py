"""Pages as a browser without scripts sees them, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
)


@dataclass
class Element:
    """One element of a page."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the text in the element, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in {"script", "style", "title"}:
                yield from child._texts()
                yield " "

    def select(self, tag: str | None = None, **attributes: str) -> list[Element]:
        """Return the elements in this one, by tag and by attributes.

        :param attributes: `id="x"`; `class_="btn"` matches one of several classes.
        """
        return [one for one in self._all() if one._matches(tag, attributes)]

    def _all(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._all()

    def _matches(self, tag: str | None, attributes: dict[str, str]) -> bool:
        def has(name: str, wanted: str) -> bool:
            value = self.attributes.get(name)
            if name == "class":
                return wanted in (value or "").split()
            return value == wanted

        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return tag in (None, self.tag) and all(has(*item) for item in wanted.items())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("#document", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(markup: str) -> Element:
    """Return a document as a tree of elements."""
    builder = _Builder()
    builder.feed(markup)
    return builder.root


class Page:
    """A response that was opened: its status, its text, its links, its forms."""

    def __init__(self, client: FlaskClient, response: TestResponse) -> None:
        self.client = client
        self.response = response
        self.status = response.status_code
        self.url = response.request.full_path.rstrip("?")
        self.root = parse(response.get_data(as_text=True))
        self.select = self.root.select

    @classmethod
    def open(cls, client: FlaskClient, url: str, **options: Any) -> Page:
        """Open a URL and follow redirects."""
        return cls(client, client.get(url, follow_redirects=True, **options))

    @property
    def title(self) -> str:
        """Return the document's title."""
        return " ".join(
            "".join(child for child in title.children if isinstance(child, str)).strip()
            for title in self.select("title")[:1]
        )

    @property
    def text(self) -> str:
        """Return all text, with single spaces."""
        return self.root.text

    @property
    def links(self) -> dict[str, str]:
        """Return where each link leads, by its text."""
        return {link.text: link.attributes.get("href", "") for link in self.select("a")}

    def follow(self, text: str) -> Page:
        """Open the link that has a text."""
        if text not in self.links:
            raise AssertionError(f'"{self.url}" has no link "{text}": {list(self.links)}')
        return Page.open(self.client, urljoin(self.url, self.links[text]))

    def form(self, action: str | None = None) -> Element:
        """Return the form with an action, or the first that posts, of the content if there."""
        forms = [one for one in self.select("form") if _is(one, action, self.url)]
        if action is None:  # every page may have one in its header
            content = [form for main in self.select("main") for form in main.select("form")]
            forms = [one for one in content if _is(one, action, self.url)] or forms
        if not forms:
            raise AssertionError(f'"{self.url}" has no form {action or "that posts"}.')
        return forms[0]

    def submit(self, values: dict[str, Any] | None = None, action: str | None = None) -> Page:
        """Fill in a form, its hidden fields included, send it and follow redirects.

        :param values: by field name; None leaves a field out, as an unticked box does.
        :param action: the form's action; the first of the content that posts by default.
        """
        form = self.form(action)
        data = {**_fields(form), **(values or {})}
        data = {name: value for name, value in data.items() if value is not None}
        url = urljoin(self.url, form.attributes.get("action") or self.url)
        path = urlsplit(url)
        response = self.client.post(
            path.path + (f"?{path.query}" if path.query else ""), data=data, follow_redirects=True
        )
        return Page(self.client, response)


def _is(form: Element, action: str | None, url: str) -> bool:
    if action is None:
        return form.attributes.get("method", "get").lower() == "post"
    return urlsplit(urljoin(url, form.attributes.get("action") or url)).path == action


def _fields(form: Element) -> dict[str, Any]:
    """Return what a browser would send if nothing were changed."""
    data: dict[str, Any] = {}
    for one in form.select("input"):
        kind, name = one.attributes.get("type", "text"), one.attributes.get("name")
        ticked = "checked" in one.attributes
        sent = kind not in {"submit", "button", "file"}
        if name and sent and (ticked or kind not in {"checkbox", "radio"}):
            data[name] = one.attributes.get("value", "on" if ticked else "")
    for one in form.select("textarea"):
        data[one.attributes["name"]] = "".join(str(child) for child in one.children)
    for one in form.select("select"):
        options = one.select("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        values = [option.attributes.get("value", option.text) for option in chosen]
        data[one.attributes["name"]] = values if "multiple" in one.attributes else values[0]
    return data
