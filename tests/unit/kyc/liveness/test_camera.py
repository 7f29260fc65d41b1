"""Cameras too slow to judge what they show."""

from __future__ import annotations

import numpy as np
import pytest

from core.reasons import Reason
from kyc.face.video import Thumbnail
from kyc.liveness.camera import check_camera
from kyc.policy import LivenessPolicy, OnboardingPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(LivenessPolicy).camera
BLACK = np.zeros((24, 32), np.uint8)


def filmed(per_s: float, seconds: float = 9.0) -> list[Thumbnail]:
    return [Thumbnail(at, BLACK) for at in np.arange(0, seconds, 1 / per_s).tolist()]


@pytest.mark.parametrize(("per_s", "slow"), [(4.0, True), (6.0, True), (8.0, False), (30.0, False)])
def test_a_slow_camera_is_told(per_s: float, slow: bool) -> None:
    reading = check_camera(filmed(per_s), RULES)
    assert reading.per_s == pytest.approx(per_s)
    assert reading.reasons == ((Reason.CAMERA_TOO_SLOW,) if slow else ())


def test_what_a_slow_camera_cannot_show_is_not_held_against_anybody() -> None:
    found = [Reason.ACTION_MISSING, Reason.VIDEO_CUT, Reason.NO_FACE, Reason.VIDEO_LOOPED]
    assert check_camera(filmed(5), RULES).judged(found) == (Reason.NO_FACE, Reason.VIDEO_LOOPED)
    assert check_camera(filmed(12), RULES).judged(found) == tuple(found)


def test_less_than_two_pictures_are_not_judged() -> None:
    for thumbnails in ([], filmed(1, seconds=1)):
        reading = check_camera(thumbnails, RULES)
        assert (reading.reasons, reading.per_s) == ((), 0.0)


def test_a_slow_camera_declines_nobody() -> None:
    assert Reason.CAMERA_TOO_SLOW in POLICY.section(OnboardingPolicy).technical
