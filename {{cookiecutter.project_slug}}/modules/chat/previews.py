"""Previews of pages that messages link to: fetched without being led into our own network."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urljoin, urlsplit

PATIENCE = 3.0  # seconds for each step of a connection
MOST_SECONDS = 8.0  # for everything
MOST_BYTES = 256 * 1024
MOST_REDIRECTS = 3
LONGEST_TITLE, LONGEST_TEXT = 200, 400
PORTS = {"http": 80, "https": 443}
# Addresses that lead into IPv4 by a detour, and so to addresses that are not looked at.
DETOURS = [ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]

Preview = dict[str, str]
Address = IPv4Address | IPv6Address


class Unsuitable(Exception):
    """This is nothing to show a preview of."""


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the open Internet."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in net for net in DETOURS):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def preview(url: str) -> Preview | None:
    """Return title and description of a page, or None where there are none to be had."""
    try:
        for _ in range(MOST_REDIRECTS + 1):
            target = urlsplit(url)
            text, location = fetch(target)
            if not location:
                return read(url, text)
            url = urljoin(url, location)
    except (Unsuitable, OSError, HTTPException, ValueError, LookupError):
        pass
    return None


def fetch(target: SplitResult) -> tuple[str, str]:
    """Return the text of a page, or where it redirects to.

    The connection goes to the very address that was found to be public: a name that means
    another one by then gains nothing.
    """
    if target.scheme not in PORTS or target.username or not target.hostname:
        raise Unsuitable
    port = target.port or PORTS[target.scheme]
    if port not in PORTS.values():
        raise Unsuitable
    # Whoever sends a byte now and then is cut off as well.
    socks = [socket.create_connection((resolve(target.hostname, port), port), PATIENCE)]
    cut = Timer(MOST_SECONDS, _cut, [socks])
    cut.start()
    try:
        if target.scheme == "https":
            context = ssl.create_default_context()
            socks[0] = context.wrap_socket(
                socks[0], server_hostname=target.hostname, do_handshake_on_connect=False
            )
        return _converse(socks[0], target)
    finally:
        cut.cancel()
        socks[0].close()


def resolve(host: str, port: int) -> str:
    """Return a public address of a host.

    :raises Unsuitable: when any of its addresses is not public.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(ip_address(one)) for one in addresses):
        raise Unsuitable
    return addresses[0]


def _converse(sock: socket.socket, target: SplitResult) -> tuple[str, str]:
    if isinstance(sock, ssl.SSLSocket):
        sock.do_handshake()
    kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
    connection = kind(str(target.hostname), target.port, timeout=PATIENCE)
    connection.sock = sock
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    headers = {"Accept": "text/html", "User-Agent": "flask-modular-chat", "Connection": "close"}
    connection.request("GET", path, headers=headers)
    with connection.getresponse() as response:
        return _read(response)


def _read(response: HTTPResponse) -> tuple[str, str]:
    if response.status in (301, 302, 303, 307, 308):
        return "", response.headers["Location"] or ""
    if response.status != 200 or response.headers.get_content_type() != "text/html":
        raise Unsuitable
    charset = response.headers.get_content_charset("utf-8")
    return response.read(MOST_BYTES).decode(charset, "replace"), ""


def _cut(socks: list[socket.socket]) -> None:
    with suppress(OSError):  # it has ended by itself
        socks[0].shutdown(socket.SHUT_RDWR)


class _Head(HTMLParser):
    """Looks for the title of a page, and for what it says of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.inside, self.said = "", False, dict[str, str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "title" and not self.title
        given = dict(attrs)
        name = given.get("property") or given.get("name") or ""
        if tag == "meta" and given.get("content"):
            self.said.setdefault(name.lower(), given["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.title += data


def read(url: str, text: str) -> Preview | None:
    """Return what a page says of itself; it is text, and nobody may take it for HTML."""
    head = _Head()
    head.feed(text)
    said = head.said
    title = _clean(said.get("og:title") or head.title, LONGEST_TITLE)
    about = _clean(said.get("og:description") or said.get("description", ""), LONGEST_TEXT)
    return {"url": url, "title": title, "text": about} if title else None


def _clean(text: str, longest: int) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
