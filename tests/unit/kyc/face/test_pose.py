"""The way a head is turned, found again in what a camera would show of it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from kyc.face.bundle import CanonicalFace
from kyc.face.pose import FIELD_OF_VIEW, head_rotation

HEIGHT, WIDTH = 480, 360
POINTS = np.random.default_rng(1).normal(0, 1, (468, 3)) * [6, 8, 3]  # as wide as a face, cm
FACE = CanonicalFace(np.arange(468), POINTS, np.full(468, 0.01))


def rotation(yaw: float, pitch: float) -> npt.NDArray[np.float64]:
    about_y = [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    about_x = [
        [1, 0, 0],
        [0, math.cos(pitch), -math.sin(pitch)],
        [0, math.sin(pitch), math.cos(pitch)],
    ]
    return np.asarray(np.array(about_y) @ np.array(about_x))


def filmed(turned: npt.NDArray[np.float64], away: float, aside: float) -> npt.NDArray[np.float32]:
    """Landmarks, px, of the face turned so and `away` cm before the camera, a little aside.

    As the network gives it for a close-up of the face, depth lies on the line of sight.
    """
    placed = POINTS @ turned.T + [aside, 0, -away]
    distance = -placed[:, 2]
    unit = HEIGHT / (2 * math.tan(FIELD_OF_VIEW / 2))
    x = WIDTH / 2 + placed[:, 0] / distance * unit
    y = HEIGHT / 2 - placed[:, 1] / distance * unit
    sight = np.array([aside, 0, -away]) / math.hypot(aside, away)
    depth = (placed @ sight / (placed @ sight).mean() - 1) * unit
    return np.stack([x, y, depth], 1).astype(np.float32)


@given(
    yaw=st.floats(-40, 40),
    pitch=st.floats(-30, 30),
    away=st.floats(40, 120),
    aside=st.floats(-8, 8),
)
def test_a_turn_from_the_camera_is_found_again(
    yaw: float, pitch: float, away: float, aside: float
) -> None:
    turned = rotation(math.radians(yaw), math.radians(pitch))
    sight = rotation(-math.atan2(aside, away), 0)  # from the middle of the picture to the face
    found = head_rotation(filmed(sight @ turned, away, aside), HEIGHT, FACE)
    assert np.abs(found - turned).max() < math.radians(2)


@given(yaw=st.floats(-30, 30), slide=st.tuples(st.floats(-100, 100), st.floats(-100, 100)))
def test_where_in_the_picture_a_face_is_does_not_turn_it(
    yaw: float, slide: tuple[float, float]
) -> None:
    marks = filmed(rotation(math.radians(yaw), 0), 60, 0)
    elsewhere = marks + np.array([*slide, 0], np.float32)
    apart = head_rotation(marks, HEIGHT, FACE) - head_rotation(elsewhere, HEIGHT, FACE)
    assert np.abs(apart).max() < 1e-4
