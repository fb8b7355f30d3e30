"""Addresses of clients, as limits count them."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """Return an address; for IPv6 its network, of which one has as many as one likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
