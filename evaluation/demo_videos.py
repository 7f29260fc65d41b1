"""The demo's people film what is asked; each video is analysed as the product analyses it.

Each challenge is acted by a clip of a real face and encoded as a phone would; what is sent back
here is what sends the demo's owners back.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.policy import Policy
from demo.actor import Clip, ClipActor
from evaluation.report import Figures
from evaluation.shares import share_figures
from kyc.analysis.analyser import AnalysisInput, Engines, Sample, perform
from kyc.decoding.decoders import DirectDecoders
from kyc.evidence.types import FACE_VIDEO
from kyc.liveness.challenge import draw_face_challenge
from kyc.policy import LivenessPolicy

PLAYS = 40  # of each clip


def evaluate_demo_videos(clips: Sequence[Clip], models: Path, policy: Policy) -> Figures:
    """`clip.demo.played.bpcer`: videos of the demo's people that are not accepted as they are."""
    rules = policy.section(LivenessPolicy)
    today = datetime.now(UTC).date()
    missed = []
    engines = Engines(models, policy, DirectDecoders())
    for number, clip in enumerate(clips):
        for seed in range(PLAYS):
            chance = random.Random(PLAYS * number + seed)
            challenge = draw_face_challenge(rules.challenge, chance)
            video = ClipActor(clip, rules.motion, seed).play(challenge)
            sample = Sample(video, today, challenge)
            finding = perform(AnalysisInput(FACE_VIDEO.analyse, sample), engines)
            missed.append(bool(finding.reasons))
    return share_figures("clip.demo.played.bpcer", missed)
