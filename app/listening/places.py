"""Places for those who listen: so many an account, so many an address."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from core.errors import TooMany

Release = Callable[[], None]


class TooManyListeners(TooMany):
    """The account or the address has as many streams and waits open as one may have."""

    code = "too_many_listeners"
    retry_after_s = 5


class Places:
    """Counts who listens in this process; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, **limits: tuple[str, int]) -> Release:
        """A place under each key, or none: `account=("01990f3d…", 3)`. Returns how to free it.

        Raises `TooManyListeners`.
        """
        keys = [f"{name} {key}" for name, (key, _) in limits.items()]
        with self._lock:
            if any(
                self._taken[place] >= limit
                for place, (_, limit) in zip(keys, limits.values(), strict=True)
            ):
                raise TooManyListeners
            self._taken.update(keys)
        return lambda: self._free(keys)

    def taken(self) -> int:
        """How many keys have somebody listening."""
        with self._lock:
            return len(self._taken)

    def _free(self, keys: list[str]) -> None:
        with self._lock:
            self._taken.subtract(keys)
            for key in keys:
                if self._taken[key] <= 0:
                    del self._taken[key]
