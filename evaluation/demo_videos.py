"""The demo's people film what is asked; their videos go through all that a face video goes through.

Each challenge is acted by a clip of a real face and encoded as a phone would; what is sent back
here is what sends the demo's owners back.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from demo.actor import Actor, Clip
from evaluation.rates import wilson
from evaluation.report import Figures
from kyc.analysis.analyser import Analyst
from kyc.liveness.challenge import draw_face_challenge
from kyc.policy import Policy

PLAYS = 40  # of each clip


def evaluate_played(clips: list[Clip], models: Path, policy: Policy) -> Figures:
    """`clip.demo.played.bpcer`: videos of the demo's people that are not taken as they are."""
    today = datetime.now(UTC).date()
    missed = []
    analyst = Analyst(models, policy)
    for clip in clips:
        for seed in range(PLAYS):
            challenge = draw_face_challenge(policy.liveness.challenge)
            video = Actor(clip, policy.liveness.motion, seed).play(challenge)
            finding = analyst.analyse("face_video", video, asdict(challenge), today)
            missed.append(bool(finding.reasons))
    name = "clip.demo.played.bpcer"
    return {
        name: sum(missed) / len(missed),
        f"{name}.n": len(missed),
        f"{name}.ci95": wilson(sum(missed), len(missed)),
    }
