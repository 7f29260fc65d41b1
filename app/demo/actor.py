"""An actor: a clip of a real face, indexed once, cut to whatever the server asks for."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from kyc.face.finder import RGB, FaceFinder
from kyc.liveness.challenge import BLINK_TWICE, FaceChallenge
from kyc.liveness.motion import LOW, MotionRules, Observation, strengths
from kyc.liveness.watch import observe

FRAMES_A_SECOND = 12
REACTION = 3  # frames
REST = 0.6  # s after the last action
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
        self._calm: npt.NDArray[np.bool_] = np.abs(others).max(axis=0) < CALM

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
        """An MP4 that shows what was asked, when it was asked. Raises `Unplayable`."""
        return encode([self._clip.frames[index] for index in self.perform(challenge)])

    def perform(self, challenge: FaceChallenge) -> list[int]:
        """Which of the clip's frames to show, twelve a second. Raises `Unplayable`."""
        acts: list[tuple[str | None, float]] = [(None, challenge.cues[0].at)]
        acts += [(cue.action, cue.until) for cue in challenge.cues]
        order: list[int] = []
        for action, until in [*acts, (None, challenge.seconds + REST)]:
            order += self._stretch(action, round(until * FRAMES_A_SECOND) - len(order))
        return order

    def _stretch(self, action: str | None, length: int) -> Sequence[int]:
        """Frames in which the face does `action` and nothing else, or, for None, is calm."""
        if action == BLINK_TWICE:
            # Nobody in the clips blinks twice at once: one blink is shown twice.
            half = length // 2
            once = self._choose(lambda start: self._blinks(start, half), half, action)
            return [*once, *once, *[once[-1]] * (length % 2)]
        return self._choose(lambda start: self._shows(action, start, length), length, action)

    def _choose(self, good: Callable[[int], bool], length: int, what: str | None) -> range:
        starts = [start for start in range(len(self._clip.frames) - length) if good(start)]
        if not starts:
            raise Unplayable(f"no {length} frames show {what or 'calm'}")
        start = self._random.choice(starts)
        return range(start, start + length)

    def _blinks(self, start: int, length: int) -> bool:
        """Whether a stretch shows one clear blink, eyes open at both ends, and nothing else."""
        part = slice(start, start + length)
        eyes = self._eyes[part]
        others = max(float(signal[part].max()) for signal in self._signals.values())
        ends = max(float(eyes[:REACTION].max()), float(eyes[-1:].max()))
        return bool(eyes.max() >= CLEAR and ends < LOW and others < SLIGHT)

    def _shows(self, action: str | None, start: int, length: int) -> bool:
        part = slice(start, start + length)
        if action is None:
            return bool(self._calm[part].all())
        done = float(self._signals[action][part].max())
        others = max(
            float(signal[part].max()) for name, signal in self._signals.items() if name != action
        )
        # It may not spill over into the window before or after, nor come sooner than a reaction.
        edges = self._signals[action][[*range(start, start + REACTION), start + length - 1]]
        return done >= CLEAR and others < SLIGHT and bool((edges < SLIGHT).all())


def encode(frames: list[RGB]) -> bytes:
    """Frames as H.264 in MP4, at twelve a second."""
    file = io.BytesIO()
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FRAMES_A_SECOND)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, FRAMES_A_SECOND)
        stream.options = {"crf": "20", "preset": "veryfast"}
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
