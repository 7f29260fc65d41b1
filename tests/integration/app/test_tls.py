"""https for phones on the same network, with a certificate of the service's own."""

from __future__ import annotations

import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from app.serve import base_url, for_phones, web_command
from app.settings import Settings
from app.tls import LEFT, VALID, own_certificate

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def test_a_client_that_knows_the_certificate_trusts_the_server(tmp_path: Path) -> None:
    files = own_certificate(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.handle_request, daemon=True).start()
    trusting = ssl.create_default_context(cafile=str(files.certificate))
    answer = httpx.get(
        f"https://127.0.0.1:{server.server_port}", verify=trusting, trust_env=False, timeout=10
    )
    server.server_close()
    assert answer.status_code == 204


class Answering(BaseHTTPRequestHandler):
    """Says that all is well."""

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: tests print no requests."""


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    files = own_certificate(tmp_path / "tls", "127.0.0.1")
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("address", "later", "same"),
    [
        ("10.0.0.7", timedelta(), True),
        ("10.0.0.7", VALID - LEFT - timedelta(days=1), True),
        ("10.0.0.7", VALID - LEFT, False),
        ("10.0.0.8", timedelta(), False),
    ],
)
def test_a_certificate_is_kept_while_it_serves(
    tmp_path: Path, address: str, later: timedelta, same: bool
) -> None:
    made = own_certificate(tmp_path, "10.0.0.7", NOW).certificate.read_bytes()
    again = own_certificate(tmp_path, address, NOW + later).certificate.read_bytes()
    assert (again == made) is same


def test_phones_reach_a_service_by_its_own_address(tmp_path: Path) -> None:
    settings = for_phones(Settings(var=tmp_path, port=8443))
    assert base_url(settings) == f"https://{settings.host}:8443"
    command = web_command(settings)
    assert command[command.index("--certfile") + 1] == str(tmp_path / "tls" / "certificate.pem")


def test_what_was_set_stays(tmp_path: Path) -> None:
    own = own_certificate(tmp_path / "own", "127.0.0.1")
    settings = Settings(
        var=tmp_path,
        tls_certificate=own.certificate,
        tls_key=own.key,
        public_url="https://kaihu.example",
    )
    chosen = for_phones(settings)
    assert (chosen.tls_certificate, base_url(chosen)) == (own.certificate, "https://kaihu.example")


def test_without_tls_the_address_is_plain(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, port=8000)
    assert base_url(settings) == "http://127.0.0.1:8000"
    assert "--certfile" not in web_command(settings)


def test_half_of_it_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="KAIHU_TLS_KEY"):
        Settings(var=tmp_path, tls_certificate=tmp_path / "certificate.pem")
