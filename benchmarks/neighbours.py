"""How long an honest owner waits while somebody else sends the files that cost most.

The whole service, as `kaihu serve` starts it, over HTTP. Pauses after failures and the number of
attempts would soon stop whoever sends such files: they are out of the way here, so that what is
measured is how the work is shared.
"""

from __future__ import annotations

import itertools
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.serve import free_port
from app.settings import Settings
from benchmarks.applicants import PreparedPhone, prepared_applicant
from benchmarks.limits import MANY_FAILURES, MANY_PHONES, changed_policy
from demo.applicant import onboard
from demo.material import Material, load_material
from demo.phone import SEND, SIGN_IN, Phone
from demo.server import client_of, started_server
from evaluation.report import Figures
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.onboarding.states import Decision

HOSTILE_FILES = 50
HONEST = 3  # owners one after the other, with the hostile files and without
ATTACKER = "13900000000"
SLOTS = (ID_CARD_FRONT.kind, ID_CARD_BACK.kind, LICENCE.kind)  # may be sent without a challenge
SENT_ONCE = 5  # pieces of evidence
PAUSE_S = 0.2  # of the attacker, between two looks at what is free


def neighbour_figures(settings: Settings, worst: Sequence[bytes]) -> Figures:
    """`other_wait_ratio`: medians of waiting, beside the hostile files by without them.

    `worst` are photos for a card's or a licence's place, sent again and again until there are
    `HOSTILE_FILES`. Raises SystemExit where they were not taken.
    """
    with _service(settings) as running:
        material = load_material(running)
        numbers = itertools.count()
        _honest_wait_s(running, material, next(numbers))  # sets up what the later ones find
        usual = [_honest_wait_s(running, material, next(numbers)) for _ in range(HONEST)]
        with _attack(running, worst) as attack:
            beside: list[float] = []
            while not attack.ended.is_set() or len(beside) < HONEST:
                beside.append(_honest_wait_s(running, material, next(numbers)))
    print(f"without {usual}, beside {attack.sent} hostile files {beside}")
    return {
        "usual_wait_s": float(np.median(usual)),
        "other_wait_s": float(np.median(beside)),
        "other_wait_ratio": float(np.median(beside) / np.median(usual)),
    }


def _honest_wait_s(settings: Settings, material: Material, number: int) -> float:
    """Seconds that an owner waits for answers until the decision, one who loses no time."""
    applicant = prepared_applicant(material, number)
    with closing(client_of(settings)) as client:
        phone = PreparedPhone(client)
        phone.prepare(applicant, material)
        outcome = onboard(phone, material, applicant, "bench", Decision.APPROVED)
    served = [step for step in phone.steps if step.what not in SIGN_IN]
    tries = sum(step.what.startswith(f"{SEND} ") for step in served)
    if outcome.decision is None or tries != SENT_ONCE:
        print(f"owner {number}: {outcome.decision} after {tries} uploads")
    return sum(step.ms for step in served) / 1000


@contextmanager
def _attack(settings: Settings, worst: Sequence[bytes]) -> Iterator[_Attack]:
    """Somebody who sends hostile files, in a thread, until the block ends."""
    attack = _Attack(settings, worst)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(attack.run)
        try:
            yield attack
        finally:
            attack.over.set()
    running.result()


@dataclass
class _Attack:
    """Sends `HOSTILE_FILES` files, each as soon as a place is free; `sent` are those taken."""

    settings: Settings
    worst: Sequence[bytes]
    sent: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Send until all were analysed. Raises SystemExit where a file is not taken."""
        try:
            self._send_all()
        finally:
            self.ended.set()

    def _send_all(self) -> None:
        with closing(client_of(self.settings)) as client:
            phone = Phone(client)
            phone.sign_in(ATTACKER, self.settings.codes)
            phone.start()
            files = itertools.cycle(self.worst)
            while self.sent < HOSTILE_FILES or _free(phone) != SLOTS:
                if self.over.wait(PAUSE_S):
                    return
                for slot in _free(phone) if self.sent < HOSTILE_FILES else ():
                    self._send(phone, slot, next(files))

    def _send(self, phone: Phone, slot: str, content: bytes) -> None:
        phone.send(slot, content, wait=False)
        if phone.steps[-1].answer.startswith("4"):
            raise SystemExit(f"a hostile file was refused: {phone.steps[-1].answer}")
        self.sent += 1


def _free(phone: Phone) -> tuple[str, ...]:
    """The places that no file fills which is being analysed."""
    view = phone.client.get(phone.onboarding).raise_for_status().json()
    busy = {one["kind"] for one in view["evidence"] if one["state"] == EvidenceState.ANALYSING}
    return tuple(slot for slot in SLOTS if slot not in busy)


@contextmanager
def _service(settings: Settings) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="kaihu-bench-") as folder:
        var = Path(folder)
        policy = changed_policy(settings, var, {**MANY_PHONES, **MANY_FAILURES})
        running = Settings(var=var, models=settings.models, policy=policy, port=free_port())
        with started_server(running, var / "server.log") as server:
            server.await_ready()
            yield running
