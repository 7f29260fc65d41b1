"""An actor: a clip of a real face, indexed once, cut to whatever the server asks for.

Free clips hold each action about once, so the actor repeats stretches, blends from one to the next
and moves the picture as a hand does that holds a phone. A forger could do the same
(evaluation/liveness.md).
"""

from __future__ import annotations

import io
import itertools
import json
import random
from collections.abc import Container, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import cv2
import numpy as np
import numpy.typing as npt

from demo.performance import (
    CLEAR_POSES,
    JOIN,
    Performance,
    Starts,
    Unplayable,
    blinking,
    showing,
    sliding_max,
)
from kyc.face.finder import FaceFinder
from kyc.face.picture import RGB
from kyc.liveness.challenge import Action, FaceChallenge
from kyc.liveness.motion import MotionRules, strengths
from kyc.liveness.observation import Observation

FRAMES_A_SECOND = 12
REST = 0.6  # s after the last action
STEADIEST = 10  # one of so many stretches is steady enough to begin with
MAX_STARTS = 12  # from so many of them a performance is tried
SWAY = 0.02, 0.002  # of the picture's width, by which the hand moves across and down
SWAYS = ((0.23, 1.0), (0.61, 0.5), (1.4, 0.2))  # Hz, share
DRIFT = 0.05  # of the picture's width, by which the hand is elsewhere in the end
CLOSER = 1.08, 1.18  # zoom that hides the edges of a moved picture: the phone comes nearer
INDEX_SECONDS = 200
INDEX = ".index2.json"  # another name whenever faces are seen otherwise
CALM = 0.30  # of an action's threshold: below it, a face does nothing in particular


class Frames(Protocol):
    """Pictures by their number in a clip; not all of them need be there."""

    def __getitem__(self, number: int, /) -> RGB:
        """The picture with a number."""


@dataclass(frozen=True)
class Clip:
    """Frames at twelve a second with what the face does in each."""

    frames: tuple[RGB, ...]
    observations: tuple[Observation, ...]


def index_clip(path: Path, models: Path) -> Clip:
    """The frames of a clip with their observations, which are kept beside it for the next time."""
    frames = tuple(read_frames(path).values())
    if (known := kept_observations(path)) is not None:
        return Clip(frames, known)
    finder = FaceFinder(models)
    seen = [
        Observation.of(number / FRAMES_A_SECOND, finder.find(frame), frame.shape[1])
        for number, frame in enumerate(frames)
    ]
    path.with_suffix(INDEX).write_text(json.dumps([asdict(row) for row in seen]), "utf-8")
    return Clip(frames, tuple(seen))


def kept_observations(path: Path) -> tuple[Observation, ...] | None:
    """What the face of a clip does in each frame; None where it was never indexed."""
    kept = path.with_suffix(INDEX)
    if not kept.exists():
        return None
    return tuple(Observation(**row) for row in json.loads(kept.read_text("utf-8")))


class ClipActor:
    """Plays challenges with one clip, as its person would act them out."""

    def __init__(self, clip: Clip, rules: MotionRules, seed: int) -> None:
        self._clip = clip
        self._random = random.Random(seed)
        self._signals = strengths(clip.observations, rules, INDEX_SECONDS)
        others = np.stack(
            [s for action, s in self._signals.items() if action != Action.BLINK_TWICE]
        )
        self._activity: npt.NDArray[np.float64] = np.abs(others).max(axis=0)
        self._calm: Starts = self._activity < CALM

    def portrait(self) -> RGB:
        """A calm frame from the clip's last third."""
        late = range(2 * len(self._clip.frames) // 3, len(self._clip.frames))
        return self._clip.frames[self._random.choice([i for i in late if self._calm[i]])]

    def shows(self, action: Action, seconds: float) -> bool:
        """Whether the clip has a moment for an action in a window of so many seconds."""
        length = round(seconds * FRAMES_A_SECOND) + 1
        if action == Action.BLINK_TWICE:
            return bool(blinking(self._signals, length // 2)[:-1].any())
        return bool(showing(self._signals, action, length, CLEAR_POSES[0])[:-1].any())

    def play(self, challenge: FaceChallenge, rest_s: float = REST) -> bytes:
        """An MP4 that shows what was asked, when it was asked, and `rest_s` more.

        Raises `Unplayable`.

        Phones encode in hardware; a fast preset comes nearest to what that costs and saves.
        """
        return encode(self.show(self.perform(challenge, rest_s)), preset="superfast")

    def show(self, order: Sequence[int], frames: Frames | None = None) -> list[RGB]:
        """The pictures of a performance, joins moved over, as a hand holds the phone.

        `frames` are those of the clip that the order names, where the clip does not hold them.
        """
        given = self._clip.frames if frames is None else frames
        joined = (_joined(given, order, place) for place in range(len(order)))
        return [
            _moved(image, *move) for image, move in zip(joined, self.hand(len(order)), strict=True)
        ]

    def hand(self, count: int) -> Iterator[tuple[float, float, float]]:
        """Where the phone points, in picture widths, and how near it is, a frame.

        What the clip shows once is shown again: the hand is elsewhere by then, as any hand is.
        """
        at = np.arange(count) / FRAMES_A_SECOND
        across, down = (
            sum(
                share * np.sin(2 * np.pi * (hertz * at + self._random.random()))
                for hertz, share in SWAYS
            )
            for _ in range(2)
        )
        drift = DRIFT * np.linspace(-0.5, 0.5, count)
        moves = [across * SWAY[0] + drift, down * SWAY[1], np.linspace(*CLOSER, count)]
        yield from np.stack(moves, axis=1).tolist()

    def perform(self, challenge: FaceChallenge, rest_s: float = REST) -> list[int]:
        """Which of the clip's frames to show, twelve a second. Raises `Unplayable`."""
        why = Unplayable("the clip is never calm")
        starts = self._starts(round(challenge.cues[0].at * FRAMES_A_SECOND))
        for clear_pose, start in itertools.product(CLEAR_POSES, starts):
            try:
                return self._perform_from(start, challenge, clear_pose, rest_s)
            except Unplayable as error:
                why = error
        raise why

    def _starts(self, length: int) -> list[range]:
        """Some of the steadiest calm stretches: every later pose is measured from the first."""
        starts = [
            int(start) for start in np.flatnonzero(sliding_max(~self._calm, length) == 0)[:-1]
        ]
        starts.sort(key=lambda start: self._activity[start : start + length].max())
        steadiest = starts[: -(-len(starts) // STEADIEST)]
        chosen = self._random.sample(steadiest, min(MAX_STARTS, len(steadiest)))
        return [range(start, start + length) for start in chosen]

    def _perform_from(
        self, start: range, challenge: FaceChallenge, clear_pose: float, rest_s: float
    ) -> list[int]:
        clip = self._clip.observations
        performance = Performance(clip, self._signals, self._calm, start, clear_pose, self._random)
        for cue in challenge.cues:
            performance.act(cue.action, _frames_until(cue.until) - len(performance.order))
        performance.rest(_frames_until(challenge.seconds + rest_s) - len(performance.order))
        return performance.order


def _joined(frames: Frames, order: Sequence[int], place: int) -> RGB:
    """The frame at a place; next to a join, on the way from one stretch to the other.

    Frames that a join covers are not seen: where a face moves, they would make it leap.
    """
    for offset in range(-JOIN // 2 + 1, JOIN // 2 + 1):
        join = place + offset
        if 0 < join < len(order) and order[join] != order[join - 1] + 1:
            seen = join - JOIN // 2 - 1, min(join + JOIN // 2, len(order) - 1)
            before, after = (frames[order[shown]] for shown in seen)
            return _between(before, after, (JOIN // 2 - offset + 1) / (JOIN + 1))
    return frames[order[place]]


def _frames_until(seconds: float) -> int:
    return round(seconds * FRAMES_A_SECOND)


def _between(before: RGB, after: RGB, share: float) -> RGB:
    """A picture on the way from one to another: every point moved its share of its way."""
    one, other = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (before, after))
    there = _warped(before, _flow(one, other) * -share)
    back = _warped(after, _flow(other, one) * (share - 1))
    return np.asarray(cv2.addWeighted(there, 1 - share, back, share, 0), np.uint8)


def _flow(one: Any, other: Any) -> npt.NDArray[np.float32]:
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(dis.calc(one, other, None), np.float32)


def _warped(image: RGB, flow: npt.NDArray[np.float32]) -> RGB:
    height, width = image.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2).astype(np.float32)
    where = grid + flow
    return np.asarray(
        cv2.remap(image, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )


def _moved(image: RGB, across: float, down: float, nearness: float) -> RGB:
    height, width = image.shape[:2]
    middle = np.array([width, height]) / 2
    shift = middle * (1 - nearness) + np.array([across, down]) * width
    matrix = np.array([[nearness, 0, shift[0]], [0, nearness, shift[1]]])
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    )


def encode(
    frames: Sequence[RGB], preset: str = "veryfast", ticks: Sequence[int] | None = None
) -> bytes:
    """Frames as H.264 in MP4, at twelve a second; `preset` is x264's.

    `ticks` are the frames' times in twelfths of a second, where some are missing.
    """
    file = io.BytesIO()
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FRAMES_A_SECOND)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, FRAMES_A_SECOND)
        stream.options = {"crf": "20", "preset": preset}
        stream.codec_context.thread_count = 1  # many actors may play at once
        for tick, image in zip(ticks or range(len(frames)), frames, strict=True):
            cut = np.ascontiguousarray(image[:height, :width])
            picture = av.VideoFrame.from_ndarray(cut, format="rgb24")
            picture.pts, picture.time_base = tick, Fraction(1, FRAMES_A_SECOND)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return file.getvalue()


def read_frames(path: Path, wanted: Container[int] | None = None) -> dict[int, RGB]:
    """The frames of a clip by their number, twelve a second; only those that are wanted, if any."""
    with av.open(str(path)) as container:
        return {
            number: np.ascontiguousarray(picture.to_ndarray(format="rgb24"))
            for number, picture in enumerate(_pictures(container))
            if wanted is None or number in wanted
        }


def _pictures(container: Any) -> Iterator[Any]:
    due = 0.0
    for picture in container.decode(video=0):
        at = float(picture.time or 0.0)
        if at > INDEX_SECONDS:
            return
        if at + 1e-6 >= due:
            due += 1 / FRAMES_A_SECOND
            yield picture
