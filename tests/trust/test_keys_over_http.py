"""Roots are replaced while owners use the real service: no request fails, the log verifies.

Web processes and worker as `kaihu serve` starts them, `kaihu keys rotate` as processes of its own.
How often each root is replaced: `KAIHU_TRUST_ROTATIONS`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import pytest

from access.policy import SignInPolicy
from app.serve import environment, free_port
from app.settings import ROOT, Settings
from demo.phone import Phone
from demo.server import Server, started_server
from kyc.evidence.types import LICENCE
from storage.keys.names import Root
from tests.support.policy import POLICY

ROTATIONS = int(os.environ.get("KAIHU_TRUST_ROTATIONS", "2"))
ROTATED = (Root.DATA, Root.TOKENS, Root.LOG)
CODES = POLICY.section(SignInPolicy).codes.in_all
A_CODE_S = 1.2 * CODES.window_s / CODES.max  # no faster are codes sent to all together
AT_ONCE, FILE = 3, b"no picture" * 50


@pytest.fixture
def server(models: Path, settings: Settings, tmp_path: Path) -> Iterator[Server]:
    """The whole service, behind a proxy that says where each owner comes from."""
    port = free_port()
    proxied = {"trusted_proxies": "127.0.0.1", "public_url": f"http://127.0.0.1:{port}"}
    served = settings.model_copy(update={"models": models, "port": port, **proxied})
    with started_server(served, tmp_path / "server.log") as made:
        made.await_ready()
        yield made


@dataclass
class Load:
    """Owners who sign in, send evidence and read until it is over; what they were answered."""

    settings: Settings
    over: threading.Event = field(default_factory=threading.Event)
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    owners: list[Phone] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def phone(self, number: int) -> Phone:
        """Somebody new, at an address of their own."""
        base = f"http://{self.settings.host}:{self.settings.port}/api/v1"
        # Each in a network of their own: codes are limited by network as well.
        address = {"X-Forwarded-For": f"100.{64 + number // 250}.{number % 250}.1"}
        hooks = {"response": [self._note]}
        client = httpx.Client(
            base_url=base, timeout=60, headers=address, event_hooks=hooks, trust_env=False
        )
        return Phone(client)

    def use(self) -> None:
        """One owner after the other; each reads what they sent, and what the first ones sent."""
        while not self.over.is_set():
            number = next(self.numbers)
            owner = self.phone(number)
            try:
                owner.sign_in(f"1350000{number:04d}", self.settings.codes)
                owner.start()
                owner.send(LICENCE.kind, FILE, wait=True)
                self.owners.append(owner)
                for one in (owner, self.owners[0], self.owners[-1]):
                    self.read(one)
            except Exception as error:
                self.failures.append(repr(error))
            self.over.wait(AT_ONCE * A_CODE_S)

    def read(self, owner: Phone) -> None:
        """What an owner reads of themself: sealed values, and what was sent."""
        owner.client.get("/me")
        view = owner.client.get(owner.onboarding).json()
        assert [one["kind"] for one in view["evidence"]] == [LICENCE.kind]

    def _note(self, response: httpx.Response) -> None:
        path = response.request.url.path.split("/")[3]
        self.answers[response.request.method, path, response.status_code] += 1


def kaihu(settings: Settings, *arguments: str) -> str:
    """What a command of its own process printed; it has to succeed."""
    command = [sys.executable, "-m", "app.cli.main", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(settings), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(1800)
def test_no_request_fails_while_roots_are_replaced(server: Server) -> None:
    load = Load(server.settings)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        running = [threads.submit(load.use) for _ in range(AT_ONCE)]
        try:
            while not load.owners and not load.failures:
                load.over.wait(0.2)
            before = sum(load.answers.values())
            for _ in range(ROTATIONS):
                for root in ROTATED:
                    kaihu(server.settings, "keys", "rotate", "--root", root)
            during = sum(load.answers.values()) - before
        finally:
            load.over.set()
        for one in running:
            one.result()
    for owner in load.owners[:AT_ONCE]:  # signed in before the first rotation
        load.read(owner)
    print(f"{sum(load.answers.values())} requests, {during} of them meanwhile: {load.answers}")
    assert load.failures == []
    assert [answer for answer in load.answers if answer[2] >= 400] == []
    assert during > 20 * ROTATIONS
    assert server.service.ended() == []
    assert "FAULT" not in kaihu(server.settings, "audit", "verify", "--state")
    versions = [line.split()[0] for line in kaihu(server.settings, "keys", "list").splitlines()]
    assert versions.count(Root.DATA) == 1
    assert versions.count(Root.TOKENS) == ROTATIONS + 1  # until tokens have expired
    assert "Traceback" not in server.log.read_text("utf-8")
