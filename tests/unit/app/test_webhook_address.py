"""Webhooks go to public addresses over https, whatever a URL looks like."""

from __future__ import annotations

import httpx
import pytest

from app.webhooks.address import AddressForbidden, Destination

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://127.0.0.1:8080/hook",
        "http://127.0.0.1:x@evil.example/hook",
        "https://127.0.0.1@evil.example/hook",
        "https://user:secret@example.com/",
        "https://127.0.0.1/hook",
        "https://127.1/hook",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://metadata.google.internal/",
        "https://10.0.0.7/",
        "https://172.16.3.4/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.100.100.200/latest/meta-data",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://example.com/#x",
        "https:///hook",
        "ftp://example.com/",
        "",
    ],
)
def test_what_is_not_public_or_not_https_is_forbidden(url: str) -> None:
    with pytest.raises(AddressForbidden):
        Destination.of(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/hook", "http://localhost:9/hook"])
def test_this_machine_only_where_it_may_be(url: str) -> None:
    assert Destination.of(url, loopback=True).url == httpx.URL(url)
    for other in ("http://10.0.0.1/", "http://example.com/", "https://10.0.0.1/"):
        with pytest.raises(AddressForbidden):
            Destination.of(other, loopback=True)


def test_a_message_goes_to_the_address_that_was_looked_up() -> None:
    destination = Destination.of("https://hooks.example:8443/in?x=1")
    with httpx.Client(timeout=3) as client:
        request = destination.request(client, b"{}", {"webhook-id": "1"}, lambda *_: [PUBLIC])
    assert (request.url.host, request.url.port, request.url.path) == (PUBLIC, 8443, "/in")
    assert request.headers["host"] == "hooks.example:8443"
    assert request.extensions["sni_hostname"] == "hooks.example"
    assert request.extensions["timeout"]["read"] == 3


@pytest.mark.parametrize("addresses", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["::1"]])
def test_a_name_that_points_inside_is_forbidden(addresses: list[str]) -> None:
    destination = Destination.of("https://hooks.example/in")
    with httpx.Client() as client, pytest.raises(AddressForbidden):
        destination.request(client, b"", {}, lambda *_: addresses)
