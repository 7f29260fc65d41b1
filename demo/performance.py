"""Which of a clip's frames answer a challenge: stretches of it, one after the other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kyc.liveness.challenge import Action
from kyc.liveness.motion import REST_STRENGTH, Signal
from kyc.liveness.observation import Observation

Signals = dict[Action, Signal]
Starts = npt.NDArray[np.bool_]  # for each frame of the clip that a stretch may begin with

POSES = (Action.TURN_LEFT, Action.TURN_RIGHT, Action.LOOK_UP, Action.LOOK_DOWN)
JOIN = 4  # frames over which one stretch becomes another
REACTION = 3  # frames
NEAREST = 2  # one of so many stretches is joined well enough
DEGREES_A_WIDTH = 60.0  # a turn of so much moves the nose by a face's width
SHOWN_BEFORE = 0.2  # face widths: a join must be so much better for a stretch to be shown again
SLIGHT = 0.90  # of an action's threshold: not taken for the action
CLEAR_BLINK, CLEAR_MOUTH = 1.3, 1.2  # of its threshold: clearly the action
CLEAR_POSES = (1.3, 1.2, 1.1)  # likewise: as clear as the clip shows all that is asked


class Unplayable(Exception):
    """The clip holds no moment that shows what was asked."""


class Performance:
    """Frames of a clip in the order in which they are shown, from a calm start on.

    `signals` are the strengths of actions in each frame of the clip; poses count from the start,
    as they do for the server.
    """

    def __init__(
        self,
        observations: Sequence[Observation],
        signals: Signals,
        calm: Starts,
        start: range,
        clear_pose: float,
        chance: random.Random,
    ) -> None:
        self._observations, self._calm = observations, calm
        self._clear_pose, self._random = clear_pose, chance
        self._signals = {
            action: signal - np.median(signal[start.start : start.stop])
            if action in POSES
            else signal
            for action, signal in signals.items()
        }
        self._shown = np.zeros(len(observations), np.bool_)
        self.order: list[int] = []
        self._show(start)

    def act(self, action: Action, length: int) -> None:
        """Show an action and no other in so many frames. Raises `Unplayable`."""
        if action != Action.BLINK_TWICE:
            self._join(showing(self._signals, action, length, self._clear_pose), length, action)
            return
        # Nobody in the clips blinks twice at once: two blinks are shown one after the other.
        half = length // 2
        blinks = blinking(self._signals, half)
        self._join(blinks, half, action)
        self._join(blinks, half, action)
        self.order += [self.order[-1] + 1] * (length % 2)

    def rest(self, length: int) -> None:
        """Show a face that does nothing in particular. Raises `Unplayable`."""
        self._join(sliding_max(~self._calm, length) == 0, length, "calm")

    def _join(self, good: Starts, length: int, what: str) -> None:
        """Go on with a stretch, by chance, of those that begin most like what came last."""
        starts = [int(start) for start in np.flatnonzero(good[:-1])]
        if not starts:
            raise Unplayable(f"no {length} frames show {what}")
        costs = {start: self._cost(start, length) for start in starts}
        start = self._random.choice(sorted(starts, key=costs.__getitem__)[:NEAREST])
        self._show(range(start, start + length))

    def _show(self, stretch: range) -> None:
        self.order += stretch
        self._shown[stretch.start : stretch.stop] = True

    def _cost(self, start: int, length: int) -> float:
        """How much the joins before and after are seen, and whether it was shown already."""
        joins = self._apart(self.order[-1], start) + self._apart(start + length - 1, self.order[0])
        return joins + SHOWN_BEFORE * float(self._shown[start : start + length].any())

    def _apart(self, a: int, b: int) -> float:
        """How far face and head move between two frames, in face widths."""
        one, other = self._observations[a], self._observations[b]
        turned = np.hypot(one.yaw - other.yaw, one.pitch - other.pitch) / DEGREES_A_WIDTH
        moved = abs(one.left - other.left) / one.width + abs(one.width / other.width - 1)
        return float(np.nan_to_num(turned + moved, nan=np.inf))


def blinking(signals: Signals, length: int) -> Starts:
    """Where stretches show one clear blink, eyes open at both ends, and nothing else."""
    eyes = signals[Action.BLINK_TWICE]
    done = sliding_max(eyes, length) >= CLEAR_BLINK
    closed = np.maximum(_early_max(eyes, length), eyes[length - 1 :])
    return np.asarray(
        done & (closed < REST_STRENGTH) & (_others(signals, Action.BLINK_TWICE, length) < SLIGHT)
    )


def showing(signals: Signals, action: Action, length: int, clear_pose: float) -> Starts:
    """Where stretches show an action, in time, and no other."""
    signal, margin = signals[action], JOIN // 2
    held = np.minimum(signal[:-1], signal[1:])  # seen at eight frames a second too
    done = sliding_max(held[margin:], length - 2 * margin - 1)[: len(signal) - length + 1]
    # It may not spill over into the window before or after, nor come sooner than a reaction.
    edges = np.maximum(_early_max(signal, length), signal[length - 1 :])
    others = _others(signals, action, length)
    clear = clear_pose if action in POSES else CLEAR_MOUTH
    return np.asarray((done >= clear) & (edges < SLIGHT) & (others < SLIGHT))


def _others(signals: Signals, action: Action, length: int) -> Signal:
    """The strength of what else a stretch shows; a blink is never held against one."""
    others = [
        signal for name, signal in signals.items() if name not in {action, Action.BLINK_TWICE}
    ]
    return sliding_max(np.max(others, axis=0), length)


def _early_max(signal: Signal, length: int) -> Signal:
    return sliding_max(signal, REACTION)[: len(signal) - length + 1]


def sliding_max(signal: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """The greatest value of each stretch of `length`, by its start."""
    return np.asarray(np.lib.stride_tricks.sliding_window_view(signal, length).max(axis=1))
