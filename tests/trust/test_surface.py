"""What the API says of itself is what it does: schemathesis, stateful, as everybody.

Against the real web processes of `kaihu serve`. Seconds for each caller: `KAIHU_TRUST_SURFACE_S`
(600 is the measure; several runs with other `KAIHU_TRUST_SURFACE_SEED`s add up).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
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
SECONDS = int(os.environ.get("KAIHU_TRUST_SURFACE_S", "60"))
SEED = os.environ.get("KAIHU_TRUST_SURFACE_SEED", "7")
LOG = "log"
CALLERS = ("nobody", Role.APPLICANT, *STAFF_ROLES)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A web of two processes, without worker and models."""
    folder: Path = tmp_path_factory.mktemp("surface")
    made = Settings(var=folder / "var", port=free_port(), code_outbox=folder / "codes.jsonl")
    with running_web(made, folder / LOG):
        seem_ready(made)
        yield made


@pytest.fixture
def failures(settings: Settings) -> Callable[[], str]:
    """What the processes logged as failures since the fixture was asked for."""
    log = settings.var.parent / LOG
    before = log.stat().st_size

    def since() -> str:
        text = log.read_bytes()[before:].decode(errors="replace")
        return text if "Traceback" in text else ""

    return since


def pem_of(device: DeviceKey) -> str:
    """A device's key, for a process that signs."""
    return device.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.timeout(SECONDS + 600)
def test_the_document_is_kept(
    settings: Settings, tmp_path: Path, caller: str, failures: Callable[[], str]
) -> None:
    report = tmp_path / "report.json"
    address = f"http://{settings.host}:{settings.port}/api/v1"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    command += [f"{address}/openapi.json", "--max-time", str(SECONDS), "--seed", SEED]
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
    assert not failures()
