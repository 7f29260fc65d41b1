"""How long an honest owner waits while somebody else sends the files that cost most.

The whole service, as `kaihu serve` starts it, over HTTP. Pauses after failures and the number of
attempts would soon stop whoever sends such files: they are out of the way here, so that what is
measured is how the work is shared.
"""

from __future__ import annotations

import itertools
import struct
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from app.serve import free_port
from app.settings import Settings
from benchmarks.engines import demo_inputs
from benchmarks.limits import MANY_FAILURES, MANY_PHONES, changed_policy
from demo.material import DIGITS, demo_folder
from demo.phone import DECISION, SEND, Phone
from demo.server import client_of, started_server
from demo.speaker import DigitSpeaker
from evaluation.report import Figures
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE, TYPES

HOSTILE_FILES = 50
HONEST = 4  # owners one after the other, with the hostile files and without
ATTACKER = "13899999999"
SLOTS = (ID_CARD_FRONT.kind, ID_CARD_BACK.kind, LICENCE.kind)  # may be sent without a challenge
PAUSE_S = 0.2  # of the attacker, between two looks at what is free


def neighbour_figures(settings: Settings, worst: Sequence[bytes]) -> Figures:
    """`other_wait_ratio`: medians of waiting, beside the hostile files by without them.

    `worst` are photos for a card's or a licence's place, sent again and again until there are
    `HOSTILE_FILES`. Raises SystemExit where they were not taken.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        inputs = other.submit(demo_inputs, settings).result()
    evidence = {kind: one.sample.content for kind, one in inputs.items()}
    speaker = DigitSpeaker(demo_folder(settings.models) / DIGITS)
    with _service(settings) as running:
        owners = (_Owner(running, evidence, speaker, number) for number in itertools.count())
        next(owners).wait_s()  # the first of a process sets up what the later ones find
        usual = [next(owners).wait_s() for _ in range(HONEST)]
        with _attack(running, worst) as attack:
            beside: list[float] = []
            while not attack.ended.is_set() or len(beside) < HONEST:
                beside.append(next(owners).wait_s())
    print(f"without {usual}, beside {attack.sent} hostile files {beside}")
    return {
        "usual_wait_s": float(np.median(usual)),
        "other_wait_s": float(np.median(beside)),
        "other_wait_ratio": float(np.median(beside) / np.median(usual)),
    }


@dataclass(frozen=True)
class _Owner:
    """Somebody honest, with good evidence; their video answers another challenge than theirs."""

    settings: Settings
    evidence: Mapping[str, bytes]
    speaker: DigitSpeaker
    number: int

    def wait_s(self) -> float:
        """Send each piece and wait until it is analysed; seconds of all that waiting together.

        Raises SystemExit where a piece is refused.
        """
        with closing(client_of(self.settings)) as client:
            phone = Phone(client)
            phone.sign_in(f"1390000{self.number:04d}", self.settings.codes)
            phone.start()
            for kind in self.evidence:
                self._send(phone, kind)
                phone.result()
        waited = [step for step in phone.steps if step.what.startswith((f"{SEND} ", DECISION))]
        if any(step.answer.startswith(("4", "5")) for step in waited):
            raise SystemExit(f"an owner's evidence was refused: {[one.answer for one in waited]}")
        return sum(step.ms for step in waited) / 1000

    def _send(self, phone: Phone, kind: str) -> None:
        content, asks = self.evidence[kind], TYPES.of(kind).challenge
        if asks is None:
            phone.send(kind, content, wait=True)
            return
        challenge = phone.challenge(asks)
        if asks is ChallengeKind.VOICE:
            digits = challenge["asked"]["first"] + challenge["asked"]["second"]
            content = self.speaker.say(digits, self.number)
        else:
            content += struct.pack(">I4sQ", 16, b"free", self.number)  # no video is taken twice
        phone.send(kind, content, challenge["id"], wait=True)


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
