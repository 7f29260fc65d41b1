"""By which address attempts are counted."""

from __future__ import annotations

import pytest

from access.attempts import source_of
from core.origin import Origin


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1:aaaa::1", "2001:db8:0:1::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_all_of_ipv4_and_the_site_of_ipv6(address: str, source: str) -> None:
    assert source_of(Origin(address=address)) == source
