"""Whether two kinds of call take the same time (Welch's t-test, as dudect applies it)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

# Parts of the calls that are compared: the slowest hide small differences.
KEPT = (1.0, 0.99, 0.95)


@dataclass(frozen=True)
class Timings:
    """Seconds of the calls of either kind."""

    first: tuple[float, ...]
    second: tuple[float, ...]

    @property
    def t(self) -> float:
        """The largest |t| over all calls, and over those that are not the slowest of all."""
        both = np.array([*self.first, *self.second])
        limits = [np.quantile(both, part) for part in KEPT]
        return max(self._t_below(limit) for limit in limits)

    def __str__(self) -> str:
        medians = (np.median(kind) * 1000 for kind in (self.first, self.second))
        return "t {:.2f}; medians {:.3f} and {:.3f} ms".format(self.t, *medians)

    def _t_below(self, limit: float) -> float:
        kinds = ([one for one in kind if one <= limit] for kind in (self.first, self.second))
        return abs(float(stats.ttest_ind(*kinds, equal_var=False).statistic))


def timed(
    calls: Sequence[Callable[[], None]],
    count: int,
    seed: int = 1,
    before: Callable[[int], None] = lambda _: None,
) -> Timings:
    """So many calls of two kinds, in an order drawn by chance, each timed alone.

    `before` is called ahead of each with the kind, 0 or 1, and is not timed.
    """
    chance = random.Random(seed)
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(count):
        kind = chance.randrange(2)
        before(kind)
        begin = time.perf_counter()
        calls[kind]()
        seconds[kind].append(time.perf_counter() - begin)
    return Timings(tuple(seconds[0]), tuple(seconds[1]))
