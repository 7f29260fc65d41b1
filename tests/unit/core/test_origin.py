"""What is kept of an address."""

from __future__ import annotations

import pytest

from core.origin import INSIDE, Origin, counted_as


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_the_last_bits_of_an_address_are_not_kept(address: str, prefix: str) -> None:
    assert Origin(address=address).prefix == prefix


def test_what_happens_inside_has_no_origin() -> None:
    assert INSIDE.prefix == ""


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.77", "203.0.113.77"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::4", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.77", "203.0.113.77"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_one_ipv6_household_counts_as_one_address(address: str, counted: str) -> None:
    assert counted_as(address) == counted
