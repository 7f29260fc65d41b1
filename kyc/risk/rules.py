"""How often and how long: what a person, a device or an identity number may try."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PauseRules:
    """From the policy: so many failures in a row, and for how long, in seconds."""

    failures: int
    first_s: float
    longest_s: float

    def seconds(self, failures: int) -> float:
        """How long to wait after so many failures in a row: doubled with each further one."""
        if failures < self.failures:
            return 0.0
        # The exponent is bounded as well as the result: floats overflow.
        further = min(failures - self.failures, 32)
        return min(self.first_s * 2.0**further, self.longest_s)


@dataclass(frozen=True)
class VelocityRules:
    """From the policy: how many people share a device, how often a number may fail."""

    days: int
    most_on_device: int
    most_failures_of_number: int
