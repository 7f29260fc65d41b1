"""`kaihu bench engines`: CPU seconds of each analysis, beside what the packages' defaults cost.

Those of the confined process that decodes are counted with them.

Inputs are the demo's: a drawn and photographed licence and card, the actor's video, the digits.
Licence, card and video are also measured as phones make them (`phones.py`). The demo's video shows
as many actions as the policy asks, the phone's of ten seconds shows five.
"""

from __future__ import annotations

import itertools
import math
import os
import re
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil

from app.jobs.analysis_pool import AnalysisPool, load_engines
from app.jobs.memory import MemoryTrimmer
from app.policy import load
from app.serve import environment
from app.settings import Settings
from benchmarks.decoding import DecodingClock, cpu_s, decoding_figures, median_cpu_s
from benchmarks.defaults import PackageDefaults
from benchmarks.phones import phone_photo, phone_video
from core.inference import computes_in_bfloat16
from demo.actor import ClipActor, index_clip
from demo.applicant import DocumentPhotos
from demo.documents import DocumentPrinter, photograph
from demo.material import DIGITS as DIGIT_FOLDER
from demo.material import FONT, OWNER_CLIP, demo_folder
from demo.personas import NOODLES, OWNER
from demo.speaker import DigitSpeaker
from evaluation.report import Figures, not_measured
from kyc.analysis.analyser import AnalysisInput, Engines, Sample, perform
from kyc.analysis.challenges import Challenge, DigitChallenge
from kyc.decoding.decoders import DirectDecoders
from kyc.evidence.types import (
    FACE_VIDEO,
    ID_CARD_BACK,
    ID_CARD_FRONT,
    LICENCE,
    VOICE_CLIP,
    EvidenceType,
)
from kyc.liveness.challenge import Action, ChallengeRules, Cue, FaceChallenge
from kyc.policy import LivenessPolicy

REPEATS, ONBOARDINGS = 5, 100
NEVER = 10**6  # analyses: a worker replaces its processes before so many
TODAY = date(2026, 11, 24)
ACTIONS = (
    Action.TURN_LEFT,
    Action.OPEN_MOUTH,
    Action.TURN_RIGHT,
    Action.LOOK_UP,
    Action.OPEN_MOUTH,
)
VIDEO_S = 10.0  # of the video as phones make it, in which five actions have room
DIGITS = DigitChallenge("9081726354", "112738")
Inputs = dict[str, AnalysisInput]  # by kind of evidence, or by figure


def bench_engines(settings: Settings) -> Figures:
    """Measured in processes with a worker's environment (threads)."""
    os.environ.update(environment(settings))
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        inputs = other.submit(demo_inputs, settings).result()
        phones = other.submit(phone_inputs, settings).result()
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        figures = other.submit(_costs, settings, inputs, phones).result()
    return figures | _memory(settings, inputs)


def owners_cpu_s(settings: Settings, owners: Sequence[Inputs]) -> float:
    """Processor seconds of the analyses of one owner's files, the mean over some owners.

    As many processes as a worker has analyse them at once: processors that share a core, or a
    memory, are slower together than alone. Each file comes after one of another kind, as owners
    send them: what one network leaves in the processor's cache is of no use to the next.
    """
    with ProcessPoolExecutor(settings.workers, get_context("spawn")) as others:
        running = [others.submit(_mean_cpu_s, settings, owners) for _ in range(settings.workers)]
        return float(np.mean([one.result() for one in running]))


def _mean_cpu_s(settings: Settings, owners: Sequence[Inputs]) -> float:
    clock = _AnalysisClock(load_engines(settings.models, settings.policy))
    clock.in_turn_cpu_s(owners[0])  # the first time takes longer
    return float(np.mean([clock.in_turn_cpu_s(files) for files in owners]))


class _AnalysisClock:
    """Measures analyses as a worker makes them: memory is given back after each."""

    def __init__(self, engines: Engines) -> None:
        self._engines, self._trimmer = engines, MemoryTrimmer()
        self._decoding = DecodingClock(engines.decoders)

    def cpu_s(self, inputs: Inputs) -> dict[str, float]:
        """Processor seconds by input."""
        return {
            name: median_cpu_s(partial(self._analyse, one), self._decoding, REPEATS)
            for name, one in inputs.items()
        }

    def in_turn_cpu_s(self, inputs: Inputs) -> float:
        """Processor seconds of all inputs, each once, one after the other."""
        return sum(cpu_s(partial(self._analyse, one), self._decoding) for one in inputs.values())

    def figures(self, inputs: Inputs) -> Figures:
        """Likewise, as figures; of an input that is sent back there is none."""
        figures: Figures = {}
        for name, one in inputs.items():
            reasons = perform(one, self._engines).reasons
            if reasons:
                figures |= not_measured(f"not accepted: {', '.join(reasons)}", f"{name}_cpu_s")
            else:
                figures[f"{name}_cpu_s"] = self.cpu_s({name: one})[name]
        return figures

    def _analyse(self, one: AnalysisInput) -> None:
        perform(one, self._engines)
        self._trimmer.trim()


def _costs(settings: Settings, inputs: Inputs, phones: Inputs) -> Figures:
    began = time.perf_counter()
    engines = load_engines(settings.models, settings.policy)
    figures: Figures = {
        "n": REPEATS,
        "worker_ready_s": time.perf_counter() - began,
        "bfloat16": computes_in_bfloat16(),
    }
    clock = _AnalysisClock(engines)
    cost = clock.cpu_s(inputs)
    figures["licence_page_cpu_s"] = cost[LICENCE.kind]
    figures["id_card_cpu_s"] = cost[ID_CARD_FRONT.kind]
    figures["face_video_cpu_s"] = cost[FACE_VIDEO.kind]
    figures["voice_clip_cpu_s"] = cost[VOICE_CLIP.kind]
    figures["onboarding_cpu_s"] = sum(cost.values())
    figures |= clock.figures(phones)
    figures |= decoding_figures(inputs, engines.policy)
    alone = DecodingClock(DirectDecoders())
    defaults = PackageDefaults(settings.models, load(settings.policy)).by_kind()
    naive = {
        kind: median_cpu_s(partial(defaults[kind], one.sample.content), alone, REPEATS)
        for kind, one in inputs.items()
    }
    figures["naive_licence_page_cpu_s"] = naive[LICENCE.kind]
    figures["naive_face_video_cpu_s"] = naive[FACE_VIDEO.kind]
    figures["naive_voice_clip_cpu_s"] = naive[VOICE_CLIP.kind]
    figures["naive_onboarding_cpu_s"] = sum(naive.values())
    figures["ratio_onboarding"] = figures["naive_onboarding_cpu_s"] / figures["onboarding_cpu_s"]
    return figures


def demo_inputs(settings: Settings) -> Inputs:
    """Good evidence of each kind, as the demo makes it."""
    folder = demo_folder(settings.models)
    actor, printer = _actor(settings), DocumentPrinter(folder / FONT)
    rules = load(settings.policy).section(LivenessPolicy).challenge
    challenge = _challenge(rules, rules.length)
    digits = DigitSpeaker(folder / DIGIT_FOLDER).say(DIGITS.first + DIGITS.second, 1)
    photos = DocumentPhotos(
        front=photograph(printer.id_card_front(OWNER, actor.portrait()), 1),
        back=photograph(printer.id_card_back(), 2),
        licence=photograph(printer.licence(NOODLES), 3),
    )
    return owners_inputs(photos, challenge, actor.play(challenge), digits)


def owners_inputs(
    photos: DocumentPhotos, challenge: FaceChallenge, video: bytes, said: bytes
) -> Inputs:
    """What an owner sends; the video shows the challenge, and `said` are `DIGITS`."""
    return dict(
        (
            _input(ID_CARD_FRONT, photos.front),
            _input(ID_CARD_BACK, photos.back),
            _input(LICENCE, photos.licence),
            _input(FACE_VIDEO, video, challenge),
            _input(VOICE_CLIP, said, DIGITS),
        )
    )


def phone_inputs(settings: Settings) -> Inputs:
    """The same licence, card and performance as phones make files of them, by figure."""
    actor, rules = _actor(settings), load(settings.policy).section(LivenessPolicy).challenge
    challenge = _challenge(rules, len(ACTIONS))
    printer = DocumentPrinter(demo_folder(settings.models) / FONT)
    front = printer.id_card_front(OWNER, actor.portrait())
    performed = actor.show(actor.perform(challenge))
    return {
        "licence_page_12mp": _input(LICENCE, phone_photo(printer.licence(NOODLES), 3))[1],
        "id_card_12mp": _input(ID_CARD_FRONT, phone_photo(front, 1))[1],
        "face_video_1080p": _input(FACE_VIDEO, phone_video(performed, VIDEO_S), challenge)[1],
    }


def _actor(settings: Settings) -> ClipActor:
    rules = load(settings.policy).section(LivenessPolicy).motion
    clip = index_clip(demo_folder(settings.models) / OWNER_CLIP, settings.models)
    return ClipActor(clip, rules, 1)


def _challenge(rules: ChallengeRules, length: int) -> FaceChallenge:
    """So many actions, each shown for the mean of the times that the server draws from."""
    window_s = float(np.mean(rules.window_tenths)) / 10
    starts = [rules.neutral_s + window_s * number for number in range(length)]
    shown = itertools.islice(itertools.cycle(ACTIONS), length)
    return FaceChallenge(
        tuple(Cue(a, at, at + window_s) for a, at in zip(shown, starts, strict=True))
    )


def _input(
    kind: EvidenceType, content: bytes, challenge: Challenge | None = None
) -> tuple[str, AnalysisInput]:
    return kind.kind, AnalysisInput(kind.analyse, Sample(content, TODAY, challenge))


def _memory(settings: Settings, inputs: Inputs) -> Figures:
    """Of a process that a worker starts for its analyses, seen from outside."""
    pool = AnalysisPool(
        settings.models, settings.policy, 1, recycle_after=NEVER, seconds=settings.job_seconds
    )
    pool.warm_up()
    process = max(psutil.Process().children(), key=lambda child: child.memory_info().rss)
    sizes = []
    for _ in range(ONBOARDINGS):
        for work in inputs.values():
            pool.submit(perform, work).result()
        sizes.append(process.memory_info().rss / 2**20)
    peak = _peak_mb(process.pid)
    pool.close()
    half = ONBOARDINGS // 2  # caches and arenas fill during the first
    slope = float(np.polyfit(np.arange(half, ONBOARDINGS), sizes[half:], 1)[0])
    return {
        "worker_rss_mb": sizes[-1],
        "worker_rss_peak_mb": peak,
        "rss_growth_mb_per_100": slope * 100,
    }


def _peak_mb(pid: int) -> float:
    """The most that a process has ever held, analyses under way included (Linux)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else math.nan
