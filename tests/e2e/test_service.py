"""The whole service: real processes, real HTTP, a worker killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import httpx
import psutil
import pytest

from app.serve import Service, free_port
from app.settings import Settings
from demo.documents import DocumentPrinter, photograph
from demo.personas import NOODLES
from demo.phone import Phone
from demo.run import run_demo


@pytest.mark.timeout(900)  # five people on two cores that may have other work
def test_everyone_in_the_demo_reaches_the_expected_outcome(models: Path, tmp_path: Path) -> None:
    report = tmp_path / "demo.json"
    assert run_demo(Settings(models=models), tmp_path / "kept", report)
    figures = json.loads(report.read_text())
    assert figures["people"] == figures["as_expected"] == 5
    assert figures["honest owner"]["offer_annual_rate"] > 0


def test_a_worker_killed_in_the_middle_loses_nothing(models: Path, tmp_path: Path) -> None:
    var = tmp_path / "var"
    outbox = tmp_path / "codes.jsonl"
    settings = Settings(
        var=var, models=models, port=free_port(), code_outbox=outbox, workers=1, job_seconds=10
    )
    with (tmp_path / "log").open("wb") as output:
        service = Service(settings, output)
        service.start()
        base = f"http://127.0.0.1:{settings.port}/api/v1"
        try:
            with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
                wait_ready(client)
                phone = Phone(client)
                phone.sign_in("13800000001", outbox)
                phone.start()
                sheet = DocumentPrinter(models / "demo/NotoSansSC.ttf").licence(NOODLES)
                phone.send("licence", photograph(sheet, 1), wait=False)
                time.sleep(0.3)
                kill_analysing_processes(service)
                state = "analysing"
                until = time.monotonic() + 60
                while state == "analysing" and time.monotonic() < until:
                    state = phone.result()["evidence"][0]["state"]
                assert state == "accepted"
        finally:
            service.stop()
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(var) in str(p.info)]


def test_a_scorer_that_is_killed_comes_back(models: Path, tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "var", models=models, port=free_port(), workers=1)
    with (tmp_path / "log").open("wb") as output:
        service = Service(settings, output)
        health = f"{service.settings.scorer_url}/health"
        service.start()
        try:
            wait_answer(health)
            killed = service.pid_of("scorer")
            os.killpg(killed, signal.SIGKILL)
            with pytest.raises(CameBack):
                service.watch(Returning(service, killed, health))
        finally:
            service.stop()
    assert not answers(health)


class CameBack(Exception):
    """What was away answers again."""


class Returning:
    """Raises `CameBack` once another scorer than the killed one answers; waits a minute.

    Whether the address was away for a moment cannot be seen on a busy machine.
    """

    def __init__(self, service: Service, killed: int, url: str) -> None:
        self._service, self._killed, self._url = service, killed, url
        self._until = time.monotonic() + 60

    def __call__(self) -> None:
        if self._service.pid_of("scorer") != self._killed and answers(self._url):
            raise CameBack
        if time.monotonic() > self._until:
            pytest.fail("the scorer did not come back in a minute")


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False


def wait_answer(url: str) -> None:
    until = time.monotonic() + 60
    while not answers(url):
        if time.monotonic() > until:
            pytest.fail(f"{url} did not answer in a minute")
        time.sleep(0.1)


def kill_analysing_processes(service: Service) -> None:
    """kill -9 the processes that hold the models, not the one that hands out work."""
    worker = psutil.Process(service.pid_of("worker"))
    analysing = [p for p in worker.children(recursive=True) if p.memory_info().rss > 300 * 2**20]
    assert analysing
    for process in analysing:
        os.kill(process.pid, signal.SIGKILL)


def wait_ready(client: httpx.Client) -> None:
    for _ in range(300):
        try:
            if client.get("/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail("the service was not ready in a minute")
