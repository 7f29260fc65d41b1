"""Photos turned and slid before the camera: how far a flat face seems to turn or nod.

A face on paper or on a screen stays a frontal face however the plane is moved; only a head's own
depth moves nose against ears. So the turn that a challenge asks for is a test of flatness too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from evaluation.report import Figures
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB

PEOPLE = "stars-*/*.jpg"
EVERY = 12
TURNS = (20, 30, 40)  # degrees
SLIDES = ((0.2, 0.0), (0.0, 0.2))  # of the picture's width and height, to either side
FOCAL = 1.2  # of the picture's longer side


def evaluate_planar_motion(data: Path, finder: FaceFinder) -> Figures:
    """How far 95 % of photos seem to turn or nod at most, degrees.

    `plane.<degrees>.seen_yaw_p95` where they are turned by so much, `plane.slid.seen_yaw_p95` and
    `plane.slid.seen_pitch_p95` where they are slid from one side to the other, or up and down.
    """
    stills = sorted((data / "face/east-asian").glob(PEOPLE))[::EVERY]
    figures: Figures = {"plane.n": len(stills)}
    images = [np.ascontiguousarray(cv2.imread(str(path))[..., ::-1]) for path in stills]
    return figures | _turned(images, finder) | _slid(images, finder)


def _turned(images: Sequence[RGB], finder: FaceFinder) -> Figures:
    figures: Figures = {}
    for degrees in TURNS:
        seen = []
        for image in images:
            flat = finder.find_subject(image)
            for side in (-degrees, degrees):
                turned = finder.find_subject(turned_plane(image, side))
                if flat and turned:
                    seen.append(abs(turned.yaw - flat.yaw))
        figures[f"plane.{degrees}.seen_yaw_p95"] = float(np.percentile(seen, 95))
    return figures


def _slid(images: Sequence[RGB], finder: FaceFinder) -> Figures:
    yaws, pitches = [], []
    for image in images:
        for slide in SLIDES:
            one, other = (finder.find_subject(slid(image, slide, way)) for way in (-1, 1))
            if one and other:
                yaws.append(abs(one.yaw - other.yaw))
                pitches.append(abs(one.pitch - other.pitch))
    return {
        "plane.slid.seen_yaw_p95": float(np.percentile(yaws, 95)),
        "plane.slid.seen_pitch_p95": float(np.percentile(pitches, 95)),
    }


def slid(image: RGB, slide: tuple[float, float], way: int) -> RGB:
    """A picture slid by a share of its width and height, one way or the other."""
    height, width = image.shape[:2]
    matrix = np.array([[1, 0, way * slide[0] * width], [0, 1, way * slide[1] * height]])
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    )


def turned_plane(image: RGB, degrees: float) -> RGB:
    """A flat picture turned about its upright middle line, as a pinhole camera sees it."""
    height, width = image.shape[:2]
    focal, angle = FOCAL * max(height, width), np.radians(degrees)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    middle = np.array([width / 2, height / 2])
    x, y = (corners - middle).T
    depth = focal + x * np.sin(angle)
    seen = np.stack([focal * x * np.cos(angle) / depth, focal * y / depth], axis=1)
    matrix = cv2.getPerspectiveTransform(corners, (seen + middle).astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    )
