"""The web processes of `kaihu serve`, without the worker, for whatever floods or explores them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from app.readiness import HEARTBEAT
from app.serve import environment, web_command
from app.services import migrate, open_services
from app.settings import ROOT, Settings
from core.actors import Role
from demo.device import DeviceKey
from tests.support.factories import applicant, authorization_of, somebody, started

PATIENCE_S = 120.0
A_DAY_S = 86_400


@contextmanager
def running_web(settings: Settings, log: Path) -> Iterator[None]:
    """Web processes over a migrated database, from the first answer until the block ends."""
    migrate(settings)
    with log.open("wb") as output:
        process = subprocess.Popen(
            web_command(settings),
            cwd=ROOT,
            env=environment(settings),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _await_answer(settings)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def signed_in(settings: Settings, count: int) -> list[tuple[str, str]]:
    """The `Authorization` and the open onboarding of so many owners."""
    services = open_services(settings)
    try:
        owners = [applicant(services, f"135{number:08d}") for number in range(count)]
        return [(authorization_of(services, owner.actor), str(started(owner))) for owner in owners]
    finally:
        services.database.dispose()


def token_of(settings: Settings, role: Role, device: DeviceKey) -> str:
    """An access token of somebody new in a role, an applicant's bound to a device."""
    services = open_services(settings)
    bound = device.thumbprint if role is Role.APPLICANT else None
    try:
        return authorization_of(services, somebody(services, role), bound).partition(" ")[2]
    finally:
        services.database.dispose()


def seem_ready(settings: Settings) -> None:
    """A heartbeat for the coming day: `/ready` answers as if a worker held its models."""
    heartbeat, later = settings.var / HEARTBEAT, time.time() + A_DAY_S
    heartbeat.touch()
    os.utime(heartbeat, (later, later))


def health_times(url: str, seconds: float, pause_s: float) -> list[float]:
    """How long `GET /health` took, a connection each, asked again and again; none may fail.

    For a process of its own: what is measured is the server, not who floods it.
    """
    taken: list[float] = []
    until = time.monotonic() + seconds
    closing = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(timeout=15, trust_env=False, limits=closing) as client:
        while time.monotonic() < until:
            began = time.monotonic()
            client.get(url).raise_for_status()
            taken.append(time.monotonic() - began)
            time.sleep(pause_s)
    return taken


def _await_answer(settings: Settings) -> None:
    until = time.monotonic() + PATIENCE_S
    url = f"http://{settings.host}:{settings.port}/api/v1/health"
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError("the web does not answer")
