"""Performances of the demo's actor as numbers, at any moment: what cameras of any rate would see.

Every picture of a clip is measured once, at the clip's own rate. A performance shows stretches of
it, joined and moved as the actor's video shows them (`demo.actor.ClipActor.show`); between two
pictures landmarks, angles and small pictures lie on the straight line. Not simulated: what coding
does to a picture (`continuity.py` codes), and what a landmarker sees in a picture that was moved.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import av
import cv2
import numpy as np
import numpy.typing as npt

from demo.actor import FRAMES_A_SECOND, INDEX_SECONDS, ClipActor
from demo.performance import JOIN
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB, Points
from kyc.face.tracker import FaceTracker, TrackingRules
from kyc.face.video import THUMBNAIL_SIZE
from kyc.liveness.challenge import FaceChallenge
from kyc.liveness.observation import Observation

SMALL_SIDE = 128  # px, of the pictures that are kept: four times a thumbnail
SAME_TIME = 1e-6  # s


@dataclass(frozen=True)
class Look:
    """What one moment of a performance shows: a small picture, and the face's measures.

    Of a picture without a face the measures are NaN.
    """

    grey: npt.NDArray[np.uint8]  # (24, 32)
    landmarks: Points  # (478, 2), px
    measures: npt.NDArray[np.float64]  # yaw, pitch, degrees; eyes closed, mouth open, 0..1
    picture_width: int  # px

    def observation(self, at: float) -> Observation:
        """The observation of an analysed frame at a time, s."""
        if np.isnan(self.measures).any():
            return Observation.of(at, (), self.picture_width)
        yaw, pitch, eyes_closed, mouth_open = self.measures.tolist()
        left, right = self.landmarks[:, 0].min(), self.landmarks[:, 0].max()
        return Observation(
            at=at,
            faces=1,
            yaw=yaw,
            pitch=pitch,
            eyes_closed=eyes_closed,
            mouth_open=mouth_open,
            left=float(left) / self.picture_width,
            width=float(right - left) / self.picture_width,
        )


@dataclass(frozen=True)
class MeasuredClip:
    """Every picture of a clip, measured; `grid` has the actor's frames among them."""

    landmarks: npt.NDArray[np.float32]  # (pictures, 478, 2), px
    measures: npt.NDArray[np.float64]  # (pictures, 4), as of a look
    pictures: npt.NDArray[np.float32]  # (pictures, height, width), grey
    grid: npt.NDArray[np.float64]  # (frames,), places of pictures
    scale: float  # px of a small picture to one of the clip
    width: int  # px

    @classmethod
    def of(cls, path: Path, finder: FaceFinder, rules: TrackingRules) -> Self:
        """The clip at a path, its face followed as in a video that is analysed."""
        tracker, due = FaceTracker(finder, rules), 0.0
        landmarks, measures, pictures, grid = [], [], [], []
        scale, width = 1.0, 0
        for number, (at, image) in enumerate(_pictures(path)):
            if at + SAME_TIME >= due:  # as the actor takes its frames
                due += 1 / FRAMES_A_SECOND
                grid.append(number)
            faces = tracker.track(image, at)
            missing = math.nan
            face = faces[0] if faces else None
            landmarks.append(face.landmarks if face else np.full((478, 2), missing, np.float32))
            measures.append(
                (face.yaw, face.pitch, face.eyes_closed, face.mouth_open)
                if face
                else (missing,) * 4
            )
            width = image.shape[1]
            scale = SMALL_SIDE / max(image.shape)
            grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
            pictures.append(
                cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            )
        return cls(
            np.stack(landmarks),
            np.array(measures),
            np.stack(pictures).astype(np.float32),
            np.array(grid, np.float64),
            scale,
            width,
        )

    def blend(self, frame: float) -> Blend:
        """What lies at a place between the actor's frames."""
        place = float(np.interp(frame, np.arange(len(self.grid)), self.grid))
        first = min(int(place), len(self.pictures) - 2)
        return Blend.of(self._picture(first), self._picture(first + 1), place - first)

    def _picture(self, place: int) -> Blend:
        return Blend(self.landmarks[place], self.measures[place], self.pictures[place])


@dataclass(frozen=True)
class Blend:
    """Landmarks, measures and picture on the straight line between two others."""

    landmarks: npt.NDArray[np.float32]
    measures: npt.NDArray[np.float64]
    picture: npt.NDArray[np.float32]

    @classmethod
    def of(cls, one: Blend, other: Blend, share: float) -> Blend:
        return cls(
            (1 - share) * one.landmarks + share * other.landmarks,
            (1 - share) * one.measures + share * other.measures,
            ((1 - share) * one.picture + share * other.picture).astype(np.float32),
        )


class MeasuredPerformance:
    """One performance of a challenge, looked at whenever a camera does."""

    def __init__(self, clip: MeasuredClip, actor: ClipActor, challenge: FaceChallenge) -> None:
        """Raises `Unplayable`."""
        self._clip = clip
        self._order = actor.perform(challenge)
        self._hand = np.array(list(actor.hand(len(self._order))))
        self._joins = [
            place
            for place in range(1, len(self._order))
            if self._order[place] != self._order[place - 1] + 1
        ]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return (len(self._order) - 1) / FRAMES_A_SECOND

    def look(self, at: float) -> Look:
        """What a camera sees at a time in seconds."""
        place = min(max(at, 0.0), self.seconds) * FRAMES_A_SECOND
        blend = self._blend(place)
        every = np.arange(len(self._hand))
        across, down, nearness = (np.interp(place, every, move) for move in self._hand.T)
        height, width = blend.picture.shape
        middle = np.array([width, height]) / 2
        shift = middle * (1 - nearness) + np.array([across, down]) * width
        matrix = np.array([[nearness, 0, shift[0]], [0, nearness, shift[1]]])
        moved = cv2.warpAffine(
            blend.picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE
        )
        grey = cv2.resize(moved, THUMBNAIL_SIZE, interpolation=cv2.INTER_AREA)
        landmarks = blend.landmarks * nearness + shift / self._clip.scale
        return Look(
            np.clip(np.rint(grey), 0, 255).astype(np.uint8),
            landmarks.astype(np.float32),
            blend.measures,
            self._clip.width,
        )

    def _blend(self, place: float) -> Blend:
        last = len(self._order) - 1
        for join in self._joins:
            before, after = join - JOIN // 2 - 1, min(join + JOIN // 2, last)
            if before < place < after:
                one, other = (self._clip.blend(self._order[edge]) for edge in (before, after))
                return Blend.of(one, other, (place - before) / (after - before))
        whole = int(place)
        return self._clip.blend(self._order[whole] + place - whole)


def _pictures(path: Path) -> Iterator[tuple[float, RGB]]:
    with av.open(str(path)) as container:
        for picture in container.decode(video=0):
            at = float(picture.time or 0.0)
            if at > INDEX_SECONDS:
                return
            yield at, picture.to_ndarray(format="rgb24")
