"""Whether something covers a face: a mask over the mouth, dark glasses over the eyes.

Bare lips differ from the skin around them in colour, or at least in light and shade: a cover has
neither. Eyes with the skin around them are about as light as the forehead or the cheeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kyc.face.finder import Face
from kyc.face.picture import RGB, Points

Colours = npt.NDArray[np.float32]  # (n, 3), CIE Lab

# In MediaPipe's numbering.
LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
AROUND_LIPS = (164, 18, 207, 427)
FOREHEAD, CHEEKS = (151, 9), (50, 280)
EYES = (
    (70, 63, 105, 66, 107, 111, 117, 118, 119, 120, 121, 128),
    (336, 296, 334, 293, 300, 357, 350, 349, 348, 347, 346, 340),
)
PATCH = 0.035  # of the face's width, around a point


@dataclass(frozen=True)
class FaceCover:
    """Measures that differ between bare and covered lips and eyes.

    `lip_colour` and `lip_redness` are how far lips (their median, their reddest tenth) are from
    the skin around them in Lab's colours; `lip_shade` is the standard deviation of their lightness;
    `eye_light` the lightness around the eyes over that of the skin.
    """

    lip_colour: float
    lip_redness: float
    lip_shade: float
    eye_light: float


@dataclass(frozen=True)
class CoverRules:
    """Thresholds from the policy, in the units of `FaceCover`.

    Below all of the first three the mouth is covered, below the last the eyes are.
    """

    lip_colour: float
    lip_redness: float
    lip_shade: float
    eye_light: float


def face_cover(image: RGB, face: Face) -> FaceCover:
    """Measure a face in an RGB picture uint8 (height, width, 3)."""
    colours, corner = _close_up(image, face)
    marks = face.landmarks - corner
    radius = max(2, round(face.width * PATCH))
    lips = _inside(colours, marks[list(LIPS)])
    ring = _around(colours, marks[list(AROUND_LIPS)], radius)
    apart = np.median(lips, axis=0) - ring
    skin = max(
        _around(colours, marks[list(FOREHEAD)], radius)[0],
        _around(colours, marks[list(CHEEKS)], radius)[0],
    )
    eyes = np.concatenate([_inside(colours, marks[list(points)]) for points in EYES])
    return FaceCover(
        lip_colour=float(np.hypot(apart[1], apart[2])),
        lip_redness=float(np.percentile(lips[:, 1], 90) - ring[1]),
        lip_shade=float(lips[:, 0].std()),
        eye_light=float(np.percentile(eyes[:, 0], 75) / max(skin, 1.0)),
    )


def covered(covers: Sequence[FaceCover], rules: CoverRules) -> bool:
    """Whether the majority of several views of one face show it covered; False of no views."""
    detected = [
        _mouth_covered(cover, rules) or cover.eye_light < rules.eye_light for cover in covers
    ]
    return 2 * sum(detected) > len(detected)


def _mouth_covered(cover: FaceCover, rules: CoverRules) -> bool:
    return (
        cover.lip_colour < rules.lip_colour
        and cover.lip_redness < rules.lip_redness
        and cover.lip_shade < rules.lip_shade
    )


def _close_up(image: RGB, face: Face) -> tuple[npt.NDArray[np.float32], Points]:
    """The part of the picture that holds the face, in Lab, and where it starts."""
    left, top, right, bottom = (round(edge) for edge in face.box)
    x, y = np.clip([left, top], 0, [image.shape[1] - 2, image.shape[0] - 2]).tolist()
    part = image[y : max(bottom, y + 2), x : max(right, x + 2)].astype(np.float32) / 255
    return cv2.cvtColor(part, cv2.COLOR_RGB2LAB), np.array([x, y], np.float32)


def _inside(colours: npt.NDArray[np.float32], points: Points) -> Colours:
    """Every pixel inside the hull of some points; at the edge of the picture at least one."""
    mask = np.zeros(colours.shape[:2], np.uint8)
    cv2.fillPoly(mask, [cv2.convexHull(points).astype(int)], 1)
    found = colours[mask > 0]
    return found if len(found) else colours[-1:, -1]


def _around(colours: npt.NDArray[np.float32], points: Points, radius: int) -> Colours:
    """The median colour of the patches around some points."""
    height, width = colours.shape[:2]
    medians = []
    for x, y in np.clip(points.round().astype(int), 0, [width - 1, height - 1]):
        patch = colours[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1]
        medians.append(np.median(patch.reshape(-1, 3), axis=0))
    return np.asarray(np.median(medians, axis=0), np.float32)
