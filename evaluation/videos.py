"""`kaihu evaluate videos`: honest performances, as slow, lossy and late cameras film them.

The demo's two people perform challenges; each camera of `cameras.py` looks at all performances,
measured once (`performances.py`). What the analysis makes of time is held against them: which
pictures are analysed, the challenge, and the video in one piece. Faces, quality and passive
liveness do not ask for the rate and are left to `kaihu evaluate attacks`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.policy import Policy
from core.reasons import Reason
from demo.actor import Clip, ClipActor, index_clip
from demo.material import CLIPS, demo_folder
from demo.performance import Unplayable
from evaluation.cameras import CAMERAS, Camera, Filming, even
from evaluation.performances import MeasuredClip, MeasuredPerformance
from evaluation.report import Figures
from kyc.face.finder import FaceFinder
from kyc.face.video import FrameClock, Thumbnail
from kyc.liveness.camera import check_camera
from kyc.liveness.challenge import FaceChallenge, draw_face_challenge
from kyc.liveness.continuity import Sample, check_continuity
from kyc.liveness.face_video import FaceVideoRules
from kyc.liveness.motion import check_motion
from kyc.policy import LivenessPolicy, UploadPolicy

PERFORMANCES = 200
EARLY_S = (0.3, 0.6, 1.0)  # by which a recorder starts before the cues


@dataclass(frozen=True)
class Performer:
    """One of the demo's people: the clip that is cut, and what it shows at any moment."""

    clip: Clip
    measured: MeasuredClip


@dataclass(frozen=True)
class Trial:
    """A challenge, and a performance of it."""

    asked: FaceChallenge
    performance: MeasuredPerformance


def evaluate_videos(models: Path, policy: Policy) -> Figures:
    """`<camera>.accepted` of `<camera>.n` performances, `<camera>.reasons` against the others."""
    liveness = policy.section(LivenessPolicy)
    rules = liveness.video(policy.section(UploadPolicy).video)
    people = [_performer(demo_folder(models) / name, models, rules) for name in CLIPS]
    trials = list(_trials(people, liveness, 0.0))
    figures: Figures = {}
    for name, camera in CAMERAS.items():
        figures |= _figures(name, trials, camera, rules)
    for by_s in EARLY_S:
        trials = list(_trials(people, liveness, by_s))
        figures |= _figures(f"early_{round(1000 * by_s)}_ms", trials, even(30), rules)
    return figures


def judge(trial: Trial, filming: Filming, rules: FaceVideoRules) -> tuple[Reason, ...]:
    """What speaks against a performance that was filmed so, of what depends on time."""
    clock = FrameClock(rules.sampling.plan(trial.asked).rate)
    thumbnails, observations, samples = [], [], []
    for at, shows in zip(filming.at.tolist(), filming.shows.tolist(), strict=True):
        look = trial.performance.look(shows)
        thumbnails.append(Thumbnail(at, look.grey))
        if not clock.takes(at):
            continue
        observation = look.observation(at)
        observations.append(observation)
        landmarks = look.landmarks if observation.faces else None
        samples.append(Sample(at, landmarks))
    camera = check_camera(thumbnails, rules.camera)
    motion = check_motion(observations, trial.asked, rules.motion)
    continuity = check_continuity(samples, thumbnails, rules.continuity)
    return camera.reasons + camera.judged([*motion.reasons, *continuity.reasons])


def _performer(path: Path, models: Path, rules: FaceVideoRules) -> Performer:
    measured = MeasuredClip.of(path, FaceFinder(models), rules.tracking)
    return Performer(index_clip(path, models), measured)


def _trials(people: list[Performer], rules: LivenessPolicy, later_s: float) -> Iterator[Trial]:
    """Performances by everybody in turn; cues are followed so many seconds later than asked.

    Challenges that a clip cannot answer are left out.
    """
    for seed in range(PERFORMANCES):
        person = people[seed % len(people)]
        asked = draw_face_challenge(rules.challenge, random.Random(seed))
        actor = ClipActor(person.clip, rules.motion, seed)
        try:
            performed = MeasuredPerformance(person.measured, actor, asked.shifted(later_s))
        except Unplayable:
            continue
        yield Trial(asked, performed)


def _figures(name: str, trials: list[Trial], camera: Camera, rules: FaceVideoRules) -> Figures:
    accepted, against = 0, Counter[str]()
    for seed, trial in enumerate(trials):
        filming = camera(trial.performance.seconds, np.random.default_rng(seed))
        reasons = judge(trial, filming, rules)
        accepted += not reasons
        against.update(reasons)
    told = ", ".join(f"{reason} {count}" for reason, count in against.most_common())
    return {f"{name}.accepted": accepted, f"{name}.n": len(trials), f"{name}.reasons": told}
