from __future__ import annotations

import cv2
import numpy as np
import pytest

from kyc.face.finder import Face
from kyc.face.occlusion import EYES, LIPS, covered, face_cover
from kyc.face.picture import RGB
from kyc.policy import FacePolicy
from tests.support.policy import POLICY

RULES = POLICY.section(FacePolicy).cover
SKIN, LIP, DARK, CLOTH = (214, 172, 148), (178, 92, 96), (18, 18, 22), (150, 180, 205)
SKIN_POINTS = {
    151: (100, 40), 9: (100, 52), 50: (60, 115), 280: (140, 115), 164: (100, 126), 18: (100, 166),
    207: (62, 145), 427: (138, 145), 234: (30, 100), 454: (170, 100), 10: (100, 25),
    152: (100, 185),
}  # fmt: skip


def marks() -> Face:
    """Landmarks in a loose frontal layout: eyes above, lips below, skin between."""
    points = np.full((478, 2), 100.0)
    places = {
        "eyes": (EYES[0], (70, 80)),
        "other eye": (EYES[1], (130, 80)),
        "lips": (LIPS, (100, 145)),
    }
    for indices, middle in places.values():
        turn = np.linspace(0, 2 * np.pi, len(indices), endpoint=False)
        points[list(indices)] = np.stack([np.cos(turn) * 22, np.sin(turn) * 12], 1) + middle
    for index, place in SKIN_POINTS.items():
        points[index] = place
    return Face(points.astype(np.float32), 0.0, 0.0, 0.0, 0.0)


def drawn(face: Face, lips: tuple[int, int, int], eyes: tuple[int, int, int]) -> RGB:
    image = np.full((210, 200, 3), SKIN, np.uint8)
    for points, colour in ((LIPS, lips), (EYES[0], eyes), (EYES[1], eyes)):
        hull = cv2.convexHull(face.landmarks[list(points)]).astype(int)
        cv2.fillPoly(image, [hull], colour)
    return image


@pytest.mark.parametrize(
    ("lips", "eyes", "detected"),
    [(LIP, SKIN, False), (SKIN, SKIN, True), (LIP, DARK, True), (CLOTH, SKIN, False)],
)
def test_what_hides_lips_or_eyes_is_detected(
    lips: tuple[int, int, int], eyes: tuple[int, int, int], detected: bool
) -> None:
    face = marks()
    assert covered([face_cover(drawn(face, lips, eyes), face)], RULES) is detected


def test_one_view_in_three_is_not_enough() -> None:
    face = marks()
    bare, hidden = (face_cover(drawn(face, colour, SKIN), face) for colour in (LIP, SKIN))
    assert not covered([bare, hidden, bare], RULES)
    assert covered([bare, hidden, hidden], RULES)
    assert not covered([], RULES)
