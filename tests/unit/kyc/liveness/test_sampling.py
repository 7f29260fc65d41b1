"""How often frames are analysed, and which are kept."""

from __future__ import annotations

import numpy as np
import pytest

from kyc.face.finder import Face
from kyc.liveness.challenge import Action, Cue, FaceChallenge
from kyc.liveness.sampling import Candidate, best_candidates
from kyc.policy import LivenessPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(LivenessPolicy).sampling
CHALLENGE = FaceChallenge((Cue(Action.LOOK_UP, 0.8, 2.2), Cue(Action.BLINK_TWICE, 2.2, 3.6)))
NOBODY = Face(np.zeros((478, 2), np.float32), 0.0, 0.0, 0.0, 0.0)
BLACK = np.zeros((4, 4, 3), np.uint8)


@pytest.mark.parametrize(("at", "dense"), [(1.0, False), (2.2, True), (4.0, True), (4.2, False)])
def test_frames_are_dense_where_a_blink_is_asked_for(at: float, dense: bool) -> None:
    assert RULES.plan(CHALLENGE).rate(at) == (RULES.dense_per_s if dense else RULES.sparse_per_s)


def test_the_best_frame_of_each_part_is_kept_the_best_of_all_first() -> None:
    candidates = [Candidate(goodness, BLACK, NOBODY) for goodness in (1.0, 3.0, 5.0, 4.0, 2.0, 0.0)]
    assert [one.goodness for one in best_candidates(candidates, 3)] == [5.0, 3.0, 2.0]
    assert [one.goodness for one in best_candidates(candidates[:1], 3)] == [1.0]
    assert best_candidates([], 3) == []
