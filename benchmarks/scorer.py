"""`kaihu bench scorer`: what a card takes, and what it takes over HTTP with signatures."""

from __future__ import annotations

import base64
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.reference_service import ReferenceService
from app.serve import free_port
from app.settings import ROOT
from evaluation.report import Figures
from reference.scorer.asker import Asker
from reference.scorer.card import read_card
from reference.scorer.settings import SHIPPED_CARDS
from reference.scorer.verify import KNOWN, MORE, question

CARD_TIMES, HTTP_TIMES, WARM_UP = 2_000, 300, 20
START_S = 60.0


def bench_scorer() -> Figures:
    """Milliseconds of an assessment: the card alone, and asked over HTTP."""
    card = read_card(SHIPPED_CARDS / "thick.toml")
    values = {**KNOWN, **MORE, "amount_fen": 5_000_000, "tenor_months": 12}
    alone = _times(lambda: card.assess(values), CARD_TIMES)
    with _running() as asker:
        asked = _times(lambda: asker.ask(question({**KNOWN, **MORE})), HTTP_TIMES)
    return {
        "card_ms_p50": float(np.percentile(alone, 50)),
        "card_ms_p95": float(np.percentile(alone, 95)),
        "http_ms_p50": float(np.percentile(asked, 50)),
        "http_ms_p95": float(np.percentile(asked, 95)),
    }


def _times(run: Callable[[], object], count: int) -> list[float]:
    taken = []
    for _ in range(WARM_UP + count):
        begun = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken[WARM_UP:]


@contextmanager
def _running() -> Iterator[Asker]:
    own = Ed25519PrivateKey.generate()
    with tempfile.TemporaryDirectory(prefix="kaihu-bench-") as folder:
        scorer = ReferenceService("scorer", Path(folder), free_port())
        public = base64.b64encode(own.public_key().public_bytes_raw()).decode()
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(scorer.prepare(public)))
        process = subprocess.Popen(scorer.command, cwd=ROOT, env=scorer.environment())
        try:
            _await(scorer.url)
            yield Asker(scorer.url, own, key)
        finally:
            process.terminate()
            process.wait()


def _await(url: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/health", trust_env=False).is_success:
                return
        time.sleep(0.1)
    raise SystemExit("the scorer does not answer")
