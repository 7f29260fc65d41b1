"""Where a request comes from: what the audit log and the limits of sign-in know of it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from uuid import UUID

IPV4_PREFIX, IPV6_PREFIX = 24, 48  # bits that are kept: a neighbourhood, no household
IPV6_SITE_BITS = 64  # one household or host has at least so many addresses (RFC 6177)


@dataclass(frozen=True)
class Origin:
    """One request's origin; empty fields where nobody asked from outside (a job, a command).

    `address` is the peer's, as the web server saw it; it is held in memory only. What is kept is
    its `prefix`.
    """

    request_id: str = ""
    address: str = ""
    session_id: UUID | None = None
    device: str = ""  # the device key's thumbprint (RFC 7638), where one was proven

    @property
    def prefix(self) -> str:
        """The address without its last bits: 24 are kept of IPv4, 48 of IPv6; empty of none."""
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return ""
        bits = IPV4_PREFIX if address.version == 4 else IPV6_PREFIX
        return str(ipaddress.ip_network((address, bits), strict=False))


INSIDE = Origin()


def counted_as(address: str) -> str:
    """The address that limits count by: all of IPv4, the first 64 bits of IPv6, other text as is.

    Whoever has one IPv6 address has 2^64 of them.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_SITE_BITS), strict=False))
