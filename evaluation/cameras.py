"""Cameras as phones and browsers have them: when pictures are taken, and which are lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]  # (pictures,), s
Camera = Callable[[float, np.random.Generator], "Filming"]  # of so many seconds

LOST = 0.1  # of the pictures
MISDATED, LATE = 0.05, 0.8  # of the pictures, and by what share of the time to the next
SLOWEST, FASTEST = 8.0, 30.0  # pictures a second, of a camera that changes its mind
STEADY_S = 0.5, 1.5  # for which it keeps a rate


@dataclass(frozen=True)
class Filming:
    """The pictures of a video: the times that the file gives them, and the moments they show."""

    at: Times
    shows: Times


def even(per_s: float) -> Camera:
    """So many pictures a second, from a moment by chance on."""

    def film(seconds: float, chance: np.random.Generator) -> Filming:
        return _as_taken(_ticks(per_s, seconds, chance))

    return film


def dropping(per_s: float) -> Camera:
    """One picture in ten is not in the file."""

    def film(seconds: float, chance: np.random.Generator) -> Filming:
        ticks = _ticks(per_s, seconds, chance)
        return _as_taken(ticks[~_lost(len(ticks), chance)])

    return film


def repeating(per_s: float) -> Camera:
    """In place of one picture in ten the file has the last one again."""

    def film(seconds: float, chance: np.random.Generator) -> Filming:
        ticks = _ticks(per_s, seconds, chance)
        taken = np.where(_lost(len(ticks), chance), 0, np.arange(len(ticks)))
        return Filming(_in_file(ticks), ticks[np.maximum.accumulate(taken)])

    return film


def misdating(per_s: float) -> Camera:
    """The file gives one picture in twenty a time just before that of the next."""

    def film(seconds: float, chance: np.random.Generator) -> Filming:
        ticks = _ticks(per_s, seconds, chance)
        late = chance.random(len(ticks)) < MISDATED
        late[[0, -1]] = False
        return Filming(_in_file(ticks + late * LATE / per_s), ticks)

    return film


def varying(seconds: float, chance: np.random.Generator) -> Filming:
    """Another rate every second or so, as where the light changes."""
    ticks = [0.0]
    while ticks[-1] <= seconds:
        per_s = chance.uniform(SLOWEST, FASTEST)
        count = max(1, round(per_s * chance.uniform(*STEADY_S)))
        ticks += [ticks[-1] + (number + 1) / per_s for number in range(count)]
    return _as_taken(np.array([tick for tick in ticks if tick <= seconds]))


def late(camera: Camera, by_s: float) -> Camera:
    """A recorder that starts so much later than the cues."""

    def film(seconds: float, chance: np.random.Generator) -> Filming:
        filming = camera(seconds - by_s, chance)
        return Filming(filming.at, filming.shows + by_s)

    return film


def _as_taken(ticks: Times) -> Filming:
    return Filming(_in_file(ticks), ticks)


def _in_file(ticks: Times) -> Times:
    """Times from the first picture on, in whole milliseconds, as Matroska and WebM keep them."""
    return np.asarray(np.round(ticks - ticks[0], 3), np.float64)


def _ticks(per_s: float, seconds: float, chance: np.random.Generator) -> Times:
    ticks = np.arange(0, seconds, 1 / per_s) + chance.uniform(0, 1 / per_s)
    return np.asarray(ticks[ticks <= seconds])


def _lost(count: int, chance: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which pictures are lost; never the first."""
    lost = chance.random(count) < LOST
    lost[0] = False
    return lost


CAMERAS: Mapping[str, Camera] = {
    **{f"even_{per_s}": even(per_s) for per_s in (8, 10, 12, 15, 20, 24, 25, 30)},
    **{f"dropping_{per_s}": dropping(per_s) for per_s in (12, 15, 30)},
    **{f"repeating_{per_s}": repeating(per_s) for per_s in (12, 30)},
    **{f"misdating_{per_s}": misdating(per_s) for per_s in (12, 30)},
    "varying": varying,
    **{f"late_{round(1000 * by_s)}_ms": late(even(30), by_s) for by_s in (0.3, 0.6)},
}
