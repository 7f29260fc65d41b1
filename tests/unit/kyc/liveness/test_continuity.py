from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest

from kyc.face.picture import Points
from kyc.face.video import Thumbnail
from kyc.liveness.continuity import (
    ContinuityRules,
    Sample,
    check_continuity,
    shown_once,
)
from kyc.policy import LivenessPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(LivenessPolicy).continuity
RATE = 12
SHAPE = 24, 32


@dataclass(frozen=True)
class Picture:
    """One picture of a video, and the face that it shows."""

    at: float  # s
    grey: npt.NDArray[np.uint8]
    landmarks: Points | None


def filmed(seconds: float = 8.0, rate: int = RATE) -> list[Picture]:
    """Somebody who moves to and fro, never quite alike, before a camera with some noise."""
    chance = np.random.default_rng(3)
    face = chance.random((60, 2)) * 100
    scene = chance.integers(0, 255, (SHAPE[0], SHAPE[1] * 3)).astype(float)
    pictures = []
    for number in range(round(seconds * rate)):
        at = number / rate
        place = 12 * np.sin(1.7 * at) + 9 * np.sin(2.9 * at + 1)
        left = SHAPE[1] + place / 2
        whole, share = int(left), left % 1
        near, far = (scene[:, whole + n : whole + n + SHAPE[1]] for n in (0, 1))
        picture = (1 - share) * near + share * far + chance.normal(0, 2, SHAPE)
        grey = np.clip(picture, 0, 255).astype(np.uint8)
        pictures.append(Picture(at, grey, (face + np.array([place, 0])).astype(np.float32)))
    return pictures


def timed(pictures: Sequence[Picture]) -> list[Picture]:
    return [replace(picture, at=n / RATE) for n, picture in enumerate(pictures)]


def every(_: int) -> bool:
    return True


def largest_leap(
    pictures: Sequence[Picture],
    rules: ContinuityRules = RULES,
    is_analysed: Callable[[int], bool] = every,
) -> float:
    thumbnails, samples = as_analysed(pictures, is_analysed)
    return check_continuity(samples, thumbnails, rules).leap


def reasons(
    pictures: Sequence[Picture], is_analysed: Callable[[int], bool] = every
) -> tuple[str, ...]:
    thumbnails, samples = as_analysed(pictures, is_analysed)
    return check_continuity(samples, thumbnails, RULES).reasons


def as_analysed(
    pictures: Sequence[Picture], is_analysed: Callable[[int], bool]
) -> tuple[list[Thumbnail], list[Sample]]:
    """All pictures small, and the faces of those whose numbers are analysed."""
    thumbnails = [Thumbnail(picture.at, picture.grey) for picture in pictures]
    looks = [picture for number, picture in enumerate(pictures) if is_analysed(number)]
    return thumbnails, [Sample(picture.at, picture.landmarks) for picture in looks]


def test_a_video_in_one_piece_passes() -> None:
    assert reasons(filmed()) == ()


@pytest.mark.parametrize(("at", "to"), [(30, 55), (40, 12)])
def test_a_cut_is_detected(at: int, to: int) -> None:
    pictures = filmed()
    assert "video_cut" in reasons(timed([*pictures[:at], *pictures[to:]]))


def test_a_second_shown_twice_is_detected() -> None:
    pictures = filmed()
    assert "video_looped" in reasons(timed([*pictures[:40], *pictures[20:]]))


def test_a_picture_that_stands_still_is_detected() -> None:
    pictures = filmed()
    assert "video_frozen" in reasons(timed([*pictures[:40], *[pictures[40]] * 12, *pictures[40:]]))


def steady(seconds: float = 4.0) -> list[Picture]:
    """Somebody who moves on and on at one pace."""
    face = np.random.default_rng(4).random((60, 2)) * 100
    scene = np.tile(np.linspace(0, 255, SHAPE[1] * 4), (SHAPE[0], 1))
    return [
        Picture(
            number / RATE,
            scene[:, 2 * number : 2 * number + SHAPE[1]].astype(np.uint8),
            (face + np.array([20.0 * number, 0])).astype(np.float32),
        )
        for number in range(min(round(seconds * RATE), SHAPE[1]))
    ]


def test_motion_through_pictures_that_are_lost_is_no_cut() -> None:
    pictures = steady()
    lossy = [*pictures[:12], *pictures[14:]]
    assert largest_leap(lossy, replace(RULES, max_stretch=1.0)) > RULES.max_leap
    assert largest_leap(lossy, RULES) < RULES.max_leap
    assert largest_leap(pictures, RULES) == largest_leap(pictures, replace(RULES, max_stretch=1.0))


@pytest.mark.parametrize("seed", range(5))
def test_one_picture_in_ten_may_be_lost(seed: int) -> None:
    kept = np.random.default_rng(seed).random(96) >= 0.1
    assert reasons([one for one, keep in zip(filmed(), kept, strict=True) if keep]) == ()


def test_motion_behind_repeated_pictures_is_no_cut() -> None:
    pictures = steady()
    held = [replace(picture, at=number / RATE) for number, picture in enumerate(pictures)]
    held[13:15] = [replace(pictures[12], at=number / RATE) for number in (13, 14)]
    nothing_merged = replace(RULES, frozen_change=-1.0, refined_share=-1.0)
    assert largest_leap(held, nothing_merged) > RULES.max_leap
    assert reasons(held) == ()


def doubled(pictures: Sequence[Picture]) -> list[Picture]:
    """Each picture twice in its time; a coder refines a third of the second."""
    shown = []
    for picture in pictures:
        again = picture.grey.copy()
        again[:, ::3] ^= 1
        shown += [picture, replace(picture, at=picture.at + 0.5 / RATE, grey=again)]
    return shown


def third(number: int) -> bool:
    """Of 24 pictures a second eight are analysed."""
    return number % 3 == 0


def fourth(number: int) -> bool:
    """Of 30 pictures a second about eight are analysed."""
    return number % 4 == 0


def eighth(number: int) -> bool:
    """Of 60 pictures a second about eight are analysed."""
    return number % 8 == 0


def test_pictures_that_are_repeated_and_refined_are_shown_once() -> None:
    pictures = doubled(steady())
    thumbnails, _ = as_analysed(pictures, every)
    assert [one.at for one in shown_once(thumbnails, RULES)] == [one.at for one in pictures[::2]]
    assert len(shown_once(thumbnails, replace(RULES, refined_share=0.0))) == len(thumbnails)


def test_motion_of_which_every_third_picture_is_analysed_is_no_cut() -> None:
    pictures = doubled(steady())
    assert reasons(pictures, third) == ()
    assert largest_leap(pictures, replace(RULES, refined_share=0.0), third) > RULES.max_leap


@pytest.mark.parametrize("at", range(40, 44))
def test_a_cut_between_analysed_pictures_is_detected(at: int) -> None:
    pictures = filmed()
    joined = doubled(timed([*pictures[:at], *pictures[at - 28 :]]))
    assert "video_cut" in reasons(joined, third)


@pytest.mark.parametrize("lost", [1, 2])
def test_a_cut_is_detected_through_lost_pictures(lost: int) -> None:
    pictures = filmed()
    joined = timed([*pictures[:41], *pictures[13:]])
    assert "video_cut" in reasons([*joined[:41], *joined[41 + lost :]])


@pytest.mark.parametrize("grey", [0, 255])
def test_a_picture_without_a_face_hides_no_cut(grey: int) -> None:
    pictures = filmed()
    blank = Picture(0.0, np.full(SHAPE, grey, np.uint8), None)
    assert "video_cut" in reasons(timed([*pictures[:40], blank, *pictures[55:]]))


def test_a_face_that_is_lost_for_a_moment_is_no_cut() -> None:
    pictures = filmed()
    pictures[40] = replace(pictures[40], landmarks=None)
    assert reasons(pictures) == ()


@pytest.mark.parametrize("lost", range(80, 400, 32))
def test_a_face_that_one_analysed_picture_lacks_is_no_cut(lost: int) -> None:
    pictures = filmed(rate=60)
    pictures[lost] = replace(pictures[lost], landmarks=None)
    assert reasons(pictures, eighth) == ()


@pytest.mark.parametrize("between", ["faded", "flickering"])
@pytest.mark.parametrize("at", [97, 101])
def test_pictures_that_are_not_analysed_hide_no_cut(at: int, between: str) -> None:
    pictures = filmed(rate=30)
    joined = [*pictures[:at], *pictures[at - 70 :]]
    one, other = joined[at - 1].grey.astype(float), joined[at + 3].grey.astype(float)
    for n, share in enumerate((0.25, 0.5, 0.75)):
        faded = (1 - share) * one + share * other
        grey = faded if between == "faded" else np.full(SHAPE, n % 2 * 255)
        joined[at + n] = replace(joined[at + n], grey=np.rint(grey).astype(np.uint8))
    dated = [replace(picture, at=n / 30) for n, picture in enumerate(joined)]
    assert "video_cut" in reasons(dated, fourth)


def test_a_picture_that_is_dated_late_is_no_cut() -> None:
    pictures = filmed(rate=30)
    for late in range(21, 230, 20):
        pictures[late] = replace(pictures[late], at=pictures[late].at + 0.8 / 30)
    assert reasons(pictures, fourth) == ()


def test_slow_motion_next_to_a_cut_is_not_merged_with_it() -> None:
    calm = [replace(picture, at=n / RATE) for n, picture in enumerate(steady())]
    other = replace(calm[20], grey=255 - calm[20].grey)
    thumbnails, _ = as_analysed([*calm[:20], other, *calm[21:]], every)
    assert len(shown_once(thumbnails, RULES)) == len(thumbnails)


@pytest.mark.parametrize("count", range(5))
@pytest.mark.filterwarnings("error")
def test_a_few_pictures_are_all_shown_whatever_a_coder_may_refine(count: int) -> None:
    thumbnails, _ = as_analysed(steady()[:count], every)
    for share in (0.0, RULES.refined_share):
        assert shown_once(thumbnails, replace(RULES, refined_share=share)) == thumbnails


def test_too_little_to_judge_has_no_reasons() -> None:
    assert reasons([]) == () == reasons(filmed()[:2])
