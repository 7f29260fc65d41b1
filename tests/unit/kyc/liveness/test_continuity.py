from __future__ import annotations

import numpy as np
import pytest

from kyc.face.video import Thumbnail
from kyc.liveness.continuity import Sample, check_continuity
from kyc.policy import LivenessPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(LivenessPolicy).continuity
RATE = 12
SHAPE = 24, 32


def filmed(seconds: float = 8.0) -> list[Sample]:
    """Somebody who moves to and fro, never quite alike, before a camera with some noise."""
    chance = np.random.default_rng(3)
    face = chance.random((60, 2)) * 100
    scene = chance.integers(0, 255, (SHAPE[0], SHAPE[1] * 3)).astype(float)
    samples = []
    for number in range(round(seconds * RATE)):
        at = number / RATE
        place = 12 * np.sin(1.7 * at) + 9 * np.sin(2.9 * at + 1)
        left = SHAPE[1] + place / 2
        whole, share = int(left), left % 1
        near, far = (scene[:, whole + n : whole + n + SHAPE[1]] for n in (0, 1))
        picture = (1 - share) * near + share * far + chance.normal(0, 2, SHAPE)
        grey = np.clip(picture, 0, 255).astype(np.uint8)
        samples.append(Sample(at, grey, (face + np.array([place, 0])).astype(np.float32)))
    return samples


def timed(samples: list[Sample]) -> list[Sample]:
    return [Sample(n / RATE, sample.grey, sample.landmarks) for n, sample in enumerate(samples)]


def reasons(samples: list[Sample]) -> tuple[str, ...]:
    thumbnails = [Thumbnail(sample.at, sample.grey) for sample in samples]
    return check_continuity(samples, thumbnails, RULES).reasons


def test_a_video_in_one_piece_passes() -> None:
    assert reasons(filmed()) == ()


@pytest.mark.parametrize(("at", "to"), [(30, 55), (40, 12)])
def test_a_cut_is_detected(at: int, to: int) -> None:
    samples = filmed()
    assert "video_cut" in reasons(timed([*samples[:at], *samples[to:]]))


def test_a_second_shown_twice_is_detected() -> None:
    samples = filmed()
    assert "video_looped" in reasons(timed([*samples[:40], *samples[20:]]))


def test_a_picture_that_stands_still_is_detected() -> None:
    samples = filmed()
    assert "video_frozen" in reasons(timed([*samples[:40], *[samples[40]] * 12, *samples[40:]]))


def test_too_little_to_judge_has_no_reasons() -> None:
    assert reasons([]) == () == reasons(filmed()[:2])
