"""Photos turned before the camera: how far a flat face seems to turn.

A face on paper or on a screen stays a frontal face however the plane is turned; only a head's own
depth moves nose against ears. So the turn that a challenge asks for is a test of flatness too.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from evaluation.report import Figures
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB

PEOPLE = "stars-*/*.jpg"
EVERY = 12
TURNS = (20, 30, 40)  # degrees
FOCAL = 1.2  # of the picture's longer side


def planes(data: Path, finder: FaceFinder) -> Figures:
    """`plane.<degrees>.seen_yaw_p95`: what 95 % of photos so turned seem to turn by at most."""
    stills = sorted((data / "face/east-asian").glob(PEOPLE))[::EVERY]
    figures: Figures = {"plane.n": len(stills)}
    images = [np.ascontiguousarray(cv2.imread(str(path))[..., ::-1]) for path in stills]
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
