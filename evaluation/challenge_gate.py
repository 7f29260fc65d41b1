"""Challenge and passive detector together, simulated over clips.

For each clip challenges are drawn; a replay is shown as it is, a live person's clip may be cut by
the demo's actor to what was asked, of the actions that it shows (the demo's own two clips show
all). That shows how often a stored clip passes by chance, and nothing of an attacker who answers
the challenge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.reasons import Reason
from demo.actor import FRAMES_A_SECOND, Clip, ClipActor
from demo.performance import Unplayable
from evaluation.rates import wilson
from evaluation.report import Figures, not_measured
from kyc.liveness.challenge import FaceChallenge, draw_face_challenge
from kyc.liveness.motion import check_motion
from kyc.policy import LivenessPolicy

DRAWS, MIRRORED_DRAWS = 1000, 200
PLAYS = 20
MIN_ACTIONS = 2
TAIL_S = 0.6  # of a video after the last cue
LIVE, DEMO = "live", "demo"
RATES = {LIVE: "clip.bpcer", DEMO: "clip.demo.bpcer"}
MIRRORED = "mirrored_replay"  # a label: any clip, stored, left for right


class ChallengeGate:
    """Counts, for each label, the share of drawn challenges that a clip passes."""

    def __init__(self, policy: LivenessPolicy) -> None:
        self._policy = policy
        self._random = np.random.default_rng(7)
        self._passed: dict[str, list[float]] = defaultdict(list)  # share of draws, by clip
        self._told_mirrored: list[float] = []  # share of draws, by clip
        self._unplayable = 0

    def add(self, label: str, clip: Clip, odds: float) -> None:
        """Try a clip whose frames' passive liveness has the median `odds`."""
        share = self._acted(clip) if label in RATES else self._replayed(clip)[0]
        # Who shows too little to be judged is not let in: that is an error of the test.
        self._note(label, 0.0 if share is None else share, odds)
        mirrored = Clip(clip.frames, tuple(one.mirrored() for one in clip.observations))
        accepted, told = self._replayed(mirrored, MIRRORED_DRAWS)
        self._note(MIRRORED, accepted, odds)
        self._told_mirrored.append(told)

    def _note(self, label: str, share: float, odds: float) -> None:
        live = odds >= self._policy.min_live_odds
        self._passed[f"{label}.challenge_alone"].append(share)
        self._passed[label].append(share if live else 0.0)

    def figures(self) -> Figures:
        """BPCER of live clips, APCER of each kind of attack, over clips (ISO/IEC 30107-3)."""
        figures: Figures = {
            "clip.live.too_little_shown": self._unplayable,
            f"clip.{MIRRORED}.to_a_person": float(np.mean(self._told_mirrored)),
        }
        for name, shares in sorted(self._passed.items()):
            label, _, rest = name.partition(".")
            rate = RATES.get(label, f"clip.{label}.apcer")
            missed = 1 - float(np.mean(shares)) if label in RATES else float(np.mean(shares))
            key = f"{rate}.{rest}" if rest else rate
            # Draws against one clip are not independent: the interval counts clips.
            figures |= {key: missed, f"{key}.n": len(shares)}
            figures[f"{key}.ci95"] = wilson(missed * len(shares), len(shares))
        if LIVE not in self._passed:
            why = "no live clip shows all that challenges ask for"
            figures |= not_measured(why, "clip.bpcer", "clip.bpcer.n", "clip.bpcer.ci95")
        return figures

    def _replayed(self, clip: Clip, draws: int = DRAWS) -> tuple[float, float]:
        """The clip shown from a random moment on, over and over, to many challenges.

        The share that it answers, and the share that it answers with left for right.
        """
        found = []
        for _ in range(draws):
            challenge = draw_face_challenge(self._policy.challenge)
            start = int(self._random.integers(len(clip.frames)))
            length = round((challenge.seconds + TAIL_S) * FRAMES_A_SECOND)
            order = [(start + n) % len(clip.frames) for n in range(length)]
            found.append(self._reasons(clip, order, challenge))
        told = (Reason.VIDEO_MIRRORED,)
        return found.count(()) / draws, found.count(told) / draws

    def _acted(self, clip: Clip) -> float | None:
        """Cut to what is asked, of the actions that the clip shows; None where it shows one."""
        rules = self._policy.challenge
        widest = max(rules.window_tenths) / 10
        trial = ClipActor(clip, self._policy.motion, 0)
        shown = tuple(action for action in rules.actions if trial.shows(action, widest))
        if len(shown) < MIN_ACTIONS:
            self._unplayable += 1
            return None
        results = []
        for seed in range(PLAYS):
            challenge = draw_face_challenge(replace(rules, actions=shown))
            try:
                order = ClipActor(clip, self._policy.motion, seed).perform(challenge)
            except Unplayable:
                continue
            results.append(not self._reasons(clip, order, challenge))
        return float(np.mean(results)) if results else None

    def _reasons(
        self, clip: Clip, order: Sequence[int], challenge: FaceChallenge
    ) -> tuple[Reason, ...]:
        seen = [replace(clip.observations[i], at=n / FRAMES_A_SECOND) for n, i in enumerate(order)]
        return check_motion(seen, challenge, self._policy.motion).reasons
