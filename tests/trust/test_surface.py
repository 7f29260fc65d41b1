"""What the API says of itself is what it does: schemathesis, stateful, as everybody.

Against the real web processes of `kaihu serve`. Seconds in all: `KAIHU_TRUST_SURFACE_S` (600 is the
measure).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.serve import free_port
from app.settings import ROOT, Settings
from core.actors import STAFF_ROLES, Role
from demo.device import DeviceKey
from tests.support.processes import running_web, seem_ready, token_of
from tests.support.surface_hooks import DEVICE, TOKEN

CONFIG = ROOT / "tests" / "support" / "schemathesis.toml"
SECONDS = int(os.environ.get("KAIHU_TRUST_SURFACE_S", "600"))
CALLERS = ("nobody", Role.APPLICANT, *STAFF_ROLES)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A web of two processes, without worker and models."""
    folder: Path = tmp_path_factory.mktemp("surface")
    made = Settings(var=folder / "var", port=free_port(), code_outbox=folder / "codes.jsonl")
    with running_web(made, folder / "log"):
        seem_ready(made)
        yield made


def pem_of(device: DeviceKey) -> str:
    """A device's key, for a process that signs."""
    return device.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("caller", CALLERS)
def test_the_document_is_kept(settings: Settings, tmp_path: Path, caller: str) -> None:
    report = tmp_path / "report.json"
    address = f"http://{settings.host}:{settings.port}/api/v1"
    command = [str(Path(sys.executable).with_name("st")), "--config-file", str(CONFIG), "run"]
    command += [
        f"{address}/openapi.json",
        "--max-time",
        str(max(1, SECONDS // len(CALLERS))),
        "--seed",
        "7",
    ]
    command += ["--report", "json", "--report-json-path", str(report)]
    command += ["--continue-on-failure", "--warnings", "off"]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.support.surface_hooks", "PYTHONPATH": str(ROOT)}
    if caller != "nobody":
        device = DeviceKey()
        token = token_of(settings, Role(caller), device)
        scheme = "DPoP" if caller is Role.APPLICANT else "Bearer"
        command += ["--header", f"Authorization:{scheme} {token}"]
        hooks |= {TOKEN: token, DEVICE: pem_of(device)}
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | hooks, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert report.exists()
