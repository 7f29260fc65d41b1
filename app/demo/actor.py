"""An actor: a clip of a real face, indexed once, cut to whatever the server asks for.

Free clips hold each action about once, so the actor repeats what it has and fades over what it
joins, in a hand that is never quite still. A forger could do the same (evaluation/liveness.md).
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

from kyc.face.finder import RGB, FaceFinder
from kyc.liveness.challenge import BLINK_TWICE, FaceChallenge
from kyc.liveness.motion import LOW, MotionRules, Observation, strengths
from kyc.liveness.watch import observe

Starts = npt.NDArray[np.bool_]  # for each frame of the clip that a stretch may begin with

FRAMES_A_SECOND = 12
REACTION = 3  # frames
REST = 0.6  # s after the last action
NEAREST = 3  # one of so many stretches is joined well enough
STEADIEST = 10  # one of so many stretches is steady enough to begin with
DEGREES_A_WIDTH = 60.0  # a turn of so much moves the nose by a face's width
FADE = 4  # frames over which two stretches are joined
SWAY = 0.02, 0.002  # of the picture's width, by which the hand moves across and down
SWAYS = ((0.23, 1.0), (0.61, 0.5), (1.4, 0.2))  # Hz, share
CLOSER = 1.07  # zoom that hides the edges of a moved picture
INDEX_SECONDS = 200
CALM = 0.30  # of an action's threshold: below it, a face does nothing in particular
SLIGHT = 0.80  # of an action's threshold: nobody takes it for the action
CLEAR = 1.20  # of an action's threshold: above it, nobody doubts the action


@dataclass(frozen=True)
class Clip:
    """Frames at twelve a second with what the face does in each."""

    frames: tuple[RGB, ...]
    observations: tuple[Observation, ...]


class Unplayable(Exception):
    """The clip holds no moment that shows what was asked."""


def index_clip(path: Path, models: Path) -> Clip:
    """Watch a clip once; what was seen is kept beside it for the next time."""
    frames = tuple(_frames(path))
    kept = path.with_suffix(".index.json")
    if kept.exists():
        rows = json.loads(kept.read_text("utf-8"))
        return Clip(frames, tuple(Observation(**row) for row in rows))
    with FaceFinder(models) as finder:
        seen = [
            observe(number / FRAMES_A_SECOND, finder.find(frame), frame.shape[1])
            for number, frame in enumerate(frames)
        ]
    kept.write_text(json.dumps([asdict(row) for row in seen]), "utf-8")
    return Clip(frames, tuple(seen))


class Actor:
    """Plays challenges with one clip, as its person would act them out."""

    def __init__(self, clip: Clip, rules: MotionRules, seed: int) -> None:
        self._clip, self._rules = clip, rules
        self._random = random.Random(seed)
        signals = strengths(clip.observations, rules, INDEX_SECONDS)
        self._eyes = signals[BLINK_TWICE]
        self._signals = {
            action: signal for action, signal in signals.items() if action != BLINK_TWICE
        }
        others = np.stack(list(self._signals.values()))
        self._stir: npt.NDArray[np.float64] = np.abs(others).max(axis=0)
        self._calm: npt.NDArray[np.bool_] = self._stir < CALM

    def portrait(self) -> RGB:
        """A calm frame from the clip's last third, which no challenge's start is cut from."""
        late = range(2 * len(self._clip.frames) // 3, len(self._clip.frames))
        return self._clip.frames[self._random.choice([i for i in late if self._calm[i]])]

    def shows(self, action: str, seconds: float) -> bool:
        """Whether the clip has a moment for an action in a window of so many seconds."""
        try:
            self._stretch(action, round(seconds * FRAMES_A_SECOND) + 1)
        except Unplayable:
            return False
        return True

    def play(self, challenge: FaceChallenge) -> bytes:
        """An MP4 that shows what was asked, when it was asked. Raises `Unplayable`.

        Phones encode in hardware: what comes nearest is to look for little to save.
        """
        return encode(self.show(self.perform(challenge)), preset="superfast")

    def show(self, order: Sequence[int]) -> list[RGB]:
        """The pictures of a performance, joins faded over, as a hand holds the phone."""
        faded = [self._faded(order, place) for place in range(len(order))]
        return [
            _moved(image, *move) for image, move in zip(faded, self._hand(len(faded)), strict=True)
        ]

    def _faded(self, order: Sequence[int], place: int) -> RGB:
        """The frame at a place; next to a join, mixed with what the other stretch would show."""
        for offset in range(-FADE // 2 + 1, FADE // 2 + 1):
            join = place + offset
            if 0 < join < len(order) and order[join] != order[join - 1] + 1:
                share = (FADE // 2 - offset + 1) / (FADE + 1)
                before = self._frame(order[join - 1] + 1 - offset)
                after = self._frame(order[join] - offset)
                mixed = cv2.addWeighted(before, 1 - share, after, share, 0)
                return np.asarray(mixed, np.uint8)
        return self._frame(order[place])

    def _frame(self, index: int) -> RGB:
        return self._clip.frames[min(max(index, 0), len(self._clip.frames) - 1)]

    def _hand(self, count: int) -> Iterator[tuple[float, float]]:
        """Where the phone points, in picture widths, a frame."""
        at = np.arange(count) / FRAMES_A_SECOND
        waves = [
            sum(
                share * np.sin(2 * np.pi * (hertz * at + self._random.random()))
                for hertz, share in SWAYS
            )
            for _ in range(2)
        ]
        yield from (np.stack(waves, axis=1) * SWAY).tolist()

    def perform(self, challenge: FaceChallenge) -> list[int]:
        """Which of the clip's frames to show, twelve a second. Raises `Unplayable`."""
        acts: list[tuple[str | None, float]] = [(None, challenge.cues[0].at)]
        acts += [(cue.action, cue.until) for cue in challenge.cues]
        order: list[int] = []
        for action, until in [*acts, (None, challenge.seconds + REST)]:
            length = round(until * FRAMES_A_SECOND) - len(order)
            order += self._stretch(action, length, order[-1] if order else None)
        return order

    def _stretch(self, action: str | None, length: int, after: int | None = None) -> Sequence[int]:
        """Frames in which the face does `action` and nothing else, or, for None, is calm."""
        if action == BLINK_TWICE:
            # Nobody in the clips blinks twice at once: two blinks are shown one after the other.
            half = length // 2
            blinks = self._blinks(half)
            once = self._choose(blinks, half, action, after)
            again = self._choose(blinks, half, action, once[-1])
            return [*once, *again, *[again[-1] + 1] * (length % 2)]
        return self._choose(self._shows(action, length), length, action, after)

    def _choose(self, good: Starts, length: int, what: str | None, after: int | None) -> range:
        """A stretch, by chance, of those that begin most like the frame after which it comes."""
        starts = [int(start) for start in np.flatnonzero(good[:-1])]
        if not starts:
            raise Unplayable(f"no {length} frames show {what or 'calm'}")
        if after is None:
            # What comes first is what every later pose is measured from.
            starts.sort(key=lambda start: self._stir[start : start + length].max())
        else:
            starts.sort(key=lambda start: self._apart(after, start))
        starts = starts[: -(-len(starts) // (STEADIEST if after is None else NEAREST))]
        start = self._random.choice(starts)
        return range(start, start + length)

    def _apart(self, a: int, b: int) -> float:
        """How far face and head move between two frames, in face widths."""
        one, other = self._clip.observations[a], self._clip.observations[b]
        turned = np.hypot(one.yaw - other.yaw, one.pitch - other.pitch) / DEGREES_A_WIDTH
        moved = abs(one.left - other.left) / one.width + abs(one.width / other.width - 1)
        return float(np.nan_to_num(turned + moved, nan=np.inf))

    def _blinks(self, length: int) -> Starts:
        """Where stretches show one clear blink, eyes open at both ends, and nothing else."""
        eyes = _most(self._eyes, length)
        closed = np.maximum(_most(self._eyes, REACTION)[: len(eyes)], self._eyes[length - 1 :])
        others = np.max([_most(signal, length) for signal in self._signals.values()], axis=0)
        return np.asarray((eyes >= CLEAR) & (closed < LOW) & (others < SLIGHT))

    def _shows(self, action: str | None, length: int) -> Starts:
        """Where stretches show the action and no other, or, for None, a face at rest."""
        if action is None:
            return np.asarray(_most(~self._calm, length) == 0)
        signal, margin = self._signals[action], FADE // 2
        done = _most(signal[margin:], length - 2 * margin)[: len(signal) - length + 1]
        others = [_most(other, length) for name, other in self._signals.items() if name != action]
        # It may not spill over into the window before or after, nor come sooner than a reaction.
        edges = np.maximum(_most(signal, REACTION)[: len(done)], signal[length - 1 :])
        return np.asarray((done >= CLEAR) & (np.max(others, axis=0) < SLIGHT) & (edges < SLIGHT))


def _most(signal: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """The greatest value of each stretch of `length`, by its start."""
    return np.asarray(np.lib.stride_tricks.sliding_window_view(signal, length).max(axis=1))


def _moved(image: RGB, across: float, down: float) -> RGB:
    height, width = image.shape[:2]
    middle = np.array([width, height]) / 2
    shift = middle * (1 - CLOSER) + np.array([across, down]) * width
    matrix = np.array([[CLOSER, 0, shift[0]], [0, CLOSER, shift[1]]])
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    )


def encode(frames: list[RGB], preset: str = "veryfast") -> bytes:
    """Frames as H.264 in MP4, at twelve a second; `preset` is x264's."""
    file = io.BytesIO()
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FRAMES_A_SECOND)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, FRAMES_A_SECOND)
        stream.options = {"crf": "20", "preset": preset}
        stream.codec_context.thread_count = 1  # many actors may play at once
        for image in frames:
            cut = np.ascontiguousarray(image[:height, :width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(cut, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def _frames(path: Path) -> Iterator[RGB]:
    due = 0.0
    with av.open(str(path)) as container:
        for picture in container.decode(video=0):
            at = float(picture.time or 0.0)
            if at > INDEX_SECONDS:
                return
            if at + 1e-6 >= due:
                due += 1 / FRAMES_A_SECOND
                yield np.ascontiguousarray(picture.to_ndarray(format="rgb24"))
