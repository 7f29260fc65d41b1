"""What decoding costs in a confined process, and in the process that asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from core.policy import Policy
from evaluation.report import Figures
from kyc.analysis.analyser import AnalysisInput, Sample
from kyc.decoding.decoders import ConfinedDecoders, Decoders, DirectDecoders
from kyc.evidence.types import FACE_VIDEO, LICENCE, VOICE_CLIP
from kyc.liveness.challenge import FaceChallenge
from kyc.policy import DecodingPolicy, LivenessPolicy, UploadPolicy

REPEATS = 9


class DecodingClock:
    """Processor seconds of whoever decodes for a process: none where it decodes itself."""

    def __init__(self, decoders: Decoders) -> None:
        self._runner = decoders.runner if isinstance(decoders, ConfinedDecoders) else None
        self._template_s = 0.0

    def last_s(self) -> float:
        """What the last file took of the child and the template, since it was asked before."""
        if self._runner is None:
            return 0.0
        last = self._runner.last
        forking_s = last.template_cpu_s - self._template_s
        self._template_s = last.template_cpu_s
        return last.cpu_s + forking_s


def median_cpu_s(work: Callable[[], object], clock: DecodingClock, repeats: int) -> float:
    """Processor seconds of work with one file, here and elsewhere; the first time left out."""
    return float(np.median([cpu_s(work, clock) for _ in range(1 + repeats)][1:]))


def cpu_s(work: Callable[[], object], clock: DecodingClock) -> float:
    """Processor seconds of work with one file, here and elsewhere."""
    began = time.process_time()
    work()
    return time.process_time() - began + clock.last_s()


def decoding_figures(inputs: Mapping[str, AnalysisInput], policy: Policy) -> Figures:
    """Processor seconds of decoding the files of an onboarding, the medians of each added up."""
    confined = ConfinedDecoders(policy.section(DecodingPolicy).limits)
    try:
        costs = [_all_files_cpu_s(one, inputs, policy) for one in (DirectDecoders(), confined)]
    finally:
        confined.runner.close()
    return {"decoding_cpu_s": costs[0], "decoding_confined_cpu_s": costs[1]}


def _all_files_cpu_s(
    decoders: Decoders, inputs: Mapping[str, AnalysisInput], policy: Policy
) -> float:
    clock = DecodingClock(decoders)
    files = [partial(_decode, decoders, kind, one.sample, policy) for kind, one in inputs.items()]
    return sum(median_cpu_s(decode, clock, REPEATS) for decode in files)


def _decode(decoders: Decoders, kind: str, sample: Sample, policy: Policy) -> None:
    uploads = policy.section(UploadPolicy)
    if kind == FACE_VIDEO.kind and isinstance(sample.challenge, FaceChallenge):
        plan = policy.section(LivenessPolicy).sampling.plan(sample.challenge)
        for _ in decoders.video(sample.content, plan, uploads.video).frames:
            pass
    elif kind == VOICE_CLIP.kind:
        decoders.recording(sample.content, uploads.recording)
    else:
        decoders.photo(sample.content, uploads.photo, with_codes=kind == LICENCE.kind)
