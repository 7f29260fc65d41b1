"""The proxy's file: nginx reads it where it is installed, and it agrees with the application."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.factory import ENVELOPE_BYTES
from app.policy import WebPolicy
from app.serve import NOBODY, web_command
from app.settings import ROOT, Settings
from kyc.policy import UploadPolicy
from tests.support.policy import POLICY

FILE = ROOT / "deploy" / "nginx.conf"


def test_it_lets_through_what_the_application_takes() -> None:
    said = re.search(r"client_max_body_size (\d+)m;", FILE.read_text())
    assert said is not None
    limit = POLICY.section(UploadPolicy).max_bytes + ENVELOPE_BYTES
    assert int(said[1]) * 2**20 == limit


def test_it_waits_no_longer_than_the_application() -> None:
    text, rules = FILE.read_text(), POLICY.section(WebPolicy)
    assert f"client_header_timeout {rules.header_s:.0f}s;" in text
    assert f"keepalive_timeout {rules.idle_s:.0f}s;" in text
    assert f"send_timeout {rules.send_s:.0f}s;" in text


def test_it_forwards_the_address_that_it_saw_and_no_other() -> None:
    assert "X-Forwarded-For $remote_addr;" in FILE.read_text()
    assert "$proxy_add_x_forwarded_for" not in FILE.read_text()
    assert Settings(
        trusted_proxies="127.0.0.1, ::1", public_url="https://kaihu.example"
    ).proxies == {"127.0.0.1", "::1"}


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_reads_it(tmp_path: Path) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run([*made, *files], check=True, capture_output=True)
    text = FILE.read_text().replace("/etc/kaihu/tls", str(tmp_path))
    text = text.replace("/run/kaihu-bodies", str(tmp_path / "bodies"))
    text = text.replace("/run/kaihu-nginx", str(tmp_path / "nginx"))
    (tmp_path / "nginx.conf").write_text(text)
    command = ["nginx", "-t", "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("proxies", ["", "127.0.0.1"])
def test_a_server_believes_no_proxy_that_is_not_named(proxies: str) -> None:
    command = web_command(Settings(trusted_proxies=proxies, public_url="https://kaihu.example"))
    believed = command[command.index("--forwarded-allow-ips") + 1]
    assert believed == (proxies or NOBODY)
