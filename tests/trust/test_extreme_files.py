"""Files that no camera makes, before the real engines: each is a finding, within its limits."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.jobs.analysis_pool import load_engines
from app.settings import Settings
from core.reasons import Reason
from demo.material import FONT, demo_folder
from kyc.analysis.analyser import AnalysisInput, Engines, Sample, perform
from kyc.analysis.challenges import DigitChallenge
from kyc.decoding.decoders import ConfinedDecoders
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.liveness.challenge import draw_face_challenge
from kyc.policy import LivenessPolicy
from tests.support.extreme_files import photos, recordings, videos

MAX_CPU_S = 15


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    settings = Settings()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    loaded = load_engines(settings.models, settings.policy)
    yield loaded
    assert isinstance(loaded.decoders, ConfinedDecoders)
    loaded.decoders.runner.close()


def samples(engines: Engines, font: Path) -> Iterator[tuple[str, AnalysisInput]]:
    """Each file for each place that takes its kind."""
    for kind in (ID_CARD_FRONT, ID_CARD_BACK, LICENCE):
        for name, content in photos(font):
            yield f"{kind.kind}, {name}", AnalysisInput(kind.analyse, Sample(content, date.today()))
    digits = DigitChallenge("9081726354", "112738")
    for name, content in recordings():
        sample = Sample(content, date.today(), digits)
        yield f"voice, {name}", AnalysisInput(VOICE_CLIP.analyse, sample)
    rules = engines.policy.section(LivenessPolicy).challenge
    for name, content in videos():
        sample = Sample(content, date.today(), draw_face_challenge(rules))
        yield f"video, {name}", AnalysisInput(FACE_VIDEO.analyse, sample)


@pytest.mark.timeout(900)  # the engines are loaded, and fifty files analysed
def test_what_no_camera_makes_is_a_finding(engines: Engines, models: Path) -> None:
    faults = []
    for name, work in samples(engines, demo_folder(models) / FONT):
        began = time.process_time()
        try:
            found = perform(work, engines).reasons
        except Exception as error:
            faults.append(f"{name}: {error!r}")
            continue
        assert isinstance(engines.decoders, ConfinedDecoders)
        cpu_s = time.process_time() - began + engines.decoders.runner.last.cpu_s
        print(f"{name}: {cpu_s:.1f} s, {[reason.value for reason in found]}")
        if not found or Reason.ANALYSIS_FAILED in found or cpu_s > MAX_CPU_S:
            faults.append(f"{name}: {cpu_s:.1f} s, {found}")
    assert not faults
