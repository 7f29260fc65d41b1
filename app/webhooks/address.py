"""Where webhooks may go: https to a public address, and to the address that was looked up.

A name is looked up for each message, every address that it has must be public, and the connection
is made to one of those: a name that points elsewhere a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

LookUp = Callable[[str, int], Sequence[str]]


class AddressForbidden(Exception):
    """Webhooks may not go there; the text says why."""


@dataclass(frozen=True)
class Destination:
    """An address that webhooks may go to. `loopback` lets it be this machine, without https."""

    url: httpx.URL
    loopback: bool = False

    @classmethod
    def of(cls, text: str, *, loopback: bool = False) -> Destination:
        """The destination of a URL. Raises `AddressForbidden`."""
        try:
            url = httpx.URL(text)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise AddressForbidden("it is no URL") from error
        if url.userinfo or "@" in text:
            raise AddressForbidden("a name and password in a URL hide where it goes")
        if not url.host or url.fragment:
            raise AddressForbidden("it needs a host and has no fragment")
        if url.scheme != "https" and not (loopback and _is_loopback(url.host)):
            raise AddressForbidden("webhooks go to https://")
        made = cls(url, loopback)
        if (literal := _literal(url.host)) is not None:
            made.require_allowed(str(literal))
        elif url.host.lower().rstrip(".").endswith(("localhost", ".local", ".internal")):
            made.require_allowed("127.0.0.1")
        return made

    def require_allowed(self, address: str) -> None:
        """Raises `AddressForbidden` unless an address is public, or loopback where that may be."""
        read = ipaddress.ip_address(address)
        mapped = getattr(read, "ipv4_mapped", None) or read
        if self.loopback and mapped.is_loopback:
            return
        if not mapped.is_global or mapped.is_multicast:
            raise AddressForbidden("webhooks go to public addresses")

    def request(
        self, client: httpx.Client, body: bytes, headers: dict[str, str], look_up: LookUp
    ) -> httpx.Request:
        """A request to an address that the name has now, with the name's certificate demanded.

        Raises `AddressForbidden`, OSError where the name is not known.
        """
        host = self.url.host
        addresses = look_up(host, self.url.port or 443)
        for address in addresses:
            self.require_allowed(address)
        return client.build_request(
            "POST",
            self.url.copy_with(host=addresses[0]),
            content=body,
            headers={**headers, "host": self.url.netloc.decode("ascii")},
            extensions={"sni_hostname": host},
        )


def addresses_of(host: str, port: int) -> Sequence[str]:
    """The addresses that a name has now. Raises OSError where it has none."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found]


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is, in any form that a resolver would take for one."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433
    except OSError:
        return None


def _is_loopback(host: str) -> bool:
    literal = _literal(host)
    return host == "localhost" or (literal is not None and literal.is_loopback)
