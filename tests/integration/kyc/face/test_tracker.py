"""Faces that are followed through a video: told as if each picture were searched anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from demo.actor import FRAMES_A_SECOND, index_clip
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB
from kyc.face.tracker import FaceTracker
from kyc.policy import LivenessPolicy
from tests.support.policy import POLICY

STEP = 1 / FRAMES_A_SECOND
PICTURES = 120
RULES = POLICY.section(LivenessPolicy).tracking


@pytest.fixture(scope="module")
def finder(models: Path) -> FaceFinder:
    return FaceFinder(models)


@pytest.fixture(scope="module")
def clip(models: Path) -> tuple[RGB, ...]:
    return index_clip(models / "demo/franck.mp4", models).frames[:PICTURES]


@pytest.fixture(scope="module")
def guest(models: Path) -> RGB:
    return index_clip(models / "demo/cap12.mp4", models).frames[0]


def beside(picture: RGB, other: RGB) -> RGB:
    return np.hstack([picture, other])


def test_a_followed_face_is_told_as_a_found_one(finder: FaceFinder, clip: tuple[RGB, ...]) -> None:
    tracker = FaceTracker(finder, RULES)
    off = []
    for number, picture in enumerate(clip):
        (followed,), (found,) = tracker.track(picture, number * STEP), finder.find(picture)
        off.append(
            (
                np.abs(followed.landmarks - found.landmarks).mean() / found.width,
                abs(followed.yaw - found.yaw),
                abs(followed.pitch - found.pitch),
                abs(followed.eyes_closed - found.eyes_closed),
                abs(followed.mouth_open - found.mouth_open),
            )
        )
    assert (np.percentile(off, 95, axis=0) < (0.01, 1.5, 1.5, 0.1, 0.05)).all()


def test_a_second_face_is_seen_before_long(
    finder: FaceFinder, clip: tuple[RGB, ...], guest: RGB
) -> None:
    tracker = FaceTracker(finder, RULES)
    nobody = np.zeros((clip[0].shape[0], guest.shape[1], 3), np.uint8)
    shown = guest[: clip[0].shape[0]]
    counts = []
    for number, picture in enumerate(clip[:12]):
        other = nobody if number == 0 else shown
        counts.append(len(tracker.track(beside(picture, other), number * STEP)))
    assert counts[0] == 1
    unseen = counts.index(2) * STEP
    assert unseen <= RULES.follow_s + STEP
    assert set(counts[counts.index(2) :]) == {2}


def test_a_face_that_leaves_is_lost_at_once_and_found_at_once(
    finder: FaceFinder, clip: tuple[RGB, ...]
) -> None:
    tracker = FaceTracker(finder, RULES)
    empty = np.zeros_like(clip[0])
    shown = [clip[0], clip[1], empty, empty, clip[4], clip[5]]
    counts = [len(tracker.track(picture, number * STEP)) for number, picture in enumerate(shown)]
    assert counts == [1, 1, 0, 0, 1, 1]


def test_a_face_that_leaps_is_found_where_it_is(finder: FaceFinder, clip: tuple[RGB, ...]) -> None:
    tracker = FaceTracker(finder, RULES)
    nobody = np.zeros_like(clip[0])
    (before,) = tracker.track(beside(clip[0], nobody), 0.0)
    (after,) = tracker.track(beside(nobody, clip[1]), STEP)
    assert after.box[0] - before.box[0] == pytest.approx(clip[0].shape[1], abs=before.width / 4)


@pytest.mark.parametrize(("widths", "anew"), [(0.02, False), (0.2, True)])
def test_a_face_that_moved_far_is_found_anew(
    finder: FaceFinder, clip: tuple[RGB, ...], widths: float, anew: bool
) -> None:
    tracker = FaceTracker(finder, RULES)
    (before,) = tracker.track(clip[0], 0.0)
    shifted = np.roll(clip[0], round(widths * before.width), axis=1)
    (followed,), (found,) = tracker.track(shifted, STEP), finder.find(shifted)
    assert np.array_equal(followed.landmarks, found.landmarks) == anew
