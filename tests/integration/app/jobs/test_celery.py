"""Many machines: a real Redis, a real Celery worker with the real models, and what goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from app.factory import create_app
from app.jobs.maintenance import Maintenance
from app.jobs.worker import Worker, tasks_of
from app.readiness import HEARTBEAT
from app.serve import environment
from app.services import Services, open_services
from app.settings import ROOT, Settings
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from storage.queue import Job, JobState
from tests.support.servers import Broker
from tests.support.web import Web, begin, send, sign_in_owner

PATIENCE_S = 90


@dataclass
class Machines:
    """A machine that serves, with an owner signed in, and another that analyses."""

    web: Web
    services: Services
    broker: Broker
    analysing: subprocess.Popen[bytes]

    def analysed(self) -> bool:
        """Whether everything sent is sent back in time: what these tests send is no photo."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self.analysing.poll() is None:
            with self.services.reading() as context:
                states = set(context.session.scalars(sa.select(Evidence.state)))
            if states == {EvidenceState.RETRY}:
                return True
            time.sleep(0.5)
        return False


@pytest.fixture
def machines(settings: Settings, tmp_path: Path, models: Path) -> Iterator[Machines]:
    """Both, and a broker between them."""
    broker = Broker(tmp_path)
    broker.start()
    many = settings.model_copy(update={"broker_url": broker.url, "workers": 1, "models": models})
    services = open_services(many)
    web = sign_in_owner(create_app(many).test_client(), many, "13800000001")
    worker = Worker(many.var / HEARTBEAT, tasks_of(services), Maintenance(services))
    working = threading.Thread(target=worker.run)
    working.start()
    with (tmp_path / "analysts.log").open("wb") as output:
        command = [sys.executable, "-m", "app.cli.main", "analysts"]
        analysing = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(many),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield Machines(web, services, broker, analysing)
        finally:
            os.killpg(analysing.pid, signal.SIGKILL)
            analysing.wait()
            worker.stop()
            working.join()
            broker.stop()
            services.database.dispose()


def test_another_machine_analyses_whatever_goes_away(machines: Machines) -> None:
    web, broker = machines.web, machines.broker
    path = begin(web)
    assert send(web, path, LICENCE.kind)[0] == 202
    assert machines.analysed()

    broker.stop()
    assert send(web, path, ID_CARD_FRONT.kind)[0] == 202
    broker.start()
    assert machines.analysed()

    for process in psutil.Process(machines.analysing.pid).children(recursive=True):
        process.kill()
    assert send(web, path, ID_CARD_BACK.kind)[0] == 202
    assert machines.analysed()
    with machines.services.reading() as context:
        assert list(context.session.scalars(sa.select(Job.state))) == [JobState.DONE] * 3
