"""Addresses of clients."""

from __future__ import annotations

import pytest

from flask_modular.addresses import network_of


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("a socket", "a socket"),
        ("", ""),
    ],
)
def test_a_network_of_ipv6_counts_as_one_client(address: str, counted: str) -> None:
    assert network_of(address) == counted
