"""Ports that a service is given for itself."""

from __future__ import annotations

import socket

from app.serve import LISTENING_PORTS, LOOPBACK, free_port


def test_a_free_port_is_listened_on_by_nobody_and_given_to_no_connection() -> None:
    port = free_port()
    assert port in LISTENING_PORTS
    with socket.socket() as taken:
        taken.bind((LOOPBACK, port))
        taken.listen()
        assert all(free_port() != port for _ in range(200))
