from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kyc.face.video import Thumbnail
from kyc.liveness.continuity import Sample, check_continuity, largest_leap
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


def steady(seconds: float = 4.0) -> list[Sample]:
    """Somebody who moves on and on at one pace."""
    face = np.random.default_rng(4).random((60, 2)) * 100
    scene = np.tile(np.linspace(0, 255, SHAPE[1] * 4), (SHAPE[0], 1))
    return [
        Sample(
            number / RATE,
            scene[:, 2 * number : 2 * number + SHAPE[1]].astype(np.uint8),
            (face + np.array([20.0 * number, 0])).astype(np.float32),
        )
        for number in range(min(round(seconds * RATE), SHAPE[1]))
    ]


def test_motion_through_pictures_that_are_lost_is_no_cut() -> None:
    samples = steady()
    lossy = [*samples[:12], *samples[14:]]
    assert largest_leap(lossy, replace(RULES, max_stretch=1.0)) > RULES.max_leap
    assert largest_leap(lossy, RULES) < RULES.max_leap
    assert largest_leap(samples, RULES) == largest_leap(samples, replace(RULES, max_stretch=1.0))


@pytest.mark.parametrize("seed", range(5))
def test_one_picture_in_ten_may_be_lost(seed: int) -> None:
    kept = np.random.default_rng(seed).random(96) >= 0.1
    assert reasons([one for one, keep in zip(filmed(), kept, strict=True) if keep]) == ()


def test_motion_behind_repeated_pictures_is_no_cut() -> None:
    samples = steady()
    held = [replace(sample, at=number / RATE) for number, sample in enumerate(samples)]
    held[13:15] = [replace(samples[12], at=number / RATE) for number in (13, 14)]
    assert largest_leap(held, RULES) > RULES.max_leap
    assert reasons(held) == ()


@pytest.mark.parametrize("lost", [1, 2])
def test_a_cut_is_detected_through_lost_pictures(lost: int) -> None:
    samples = filmed()
    joined = timed([*samples[:40], *samples[12:]])
    assert "video_cut" in reasons([*joined[:40], *joined[40 + lost :]])


@pytest.mark.parametrize("grey", [0, 255])
def test_a_picture_without_a_face_hides_no_cut(grey: int) -> None:
    samples = filmed()
    blank = Sample(0.0, np.full(SHAPE, grey, np.uint8), None)
    assert "video_cut" in reasons(timed([*samples[:40], blank, *samples[55:]]))


def test_a_face_that_is_lost_for_a_moment_is_no_cut() -> None:
    samples = filmed()
    samples[40] = replace(samples[40], landmarks=None)
    assert reasons(samples) == ()


def test_too_little_to_judge_has_no_reasons() -> None:
    assert reasons([]) == () == reasons(filmed()[:2])
