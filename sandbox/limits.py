"""What one run in a sandbox may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SandboxLimits:
    """From the policy.

    `threads` is for libraries that decode nothing without a thread of their own: what may start
    threads may start processes, which end with it, and have the same limits each.
    `memory_mb` is counted above what a child holds when it begins, so that the reserve of
    `memory.py` comes on top; `cpu_s` is processor time, and `wall_s` ends what waits instead of
    computing, which is no fault of the file.
    """

    memory_mb: int
    cpu_s: int
    wall_s: float
    threads: bool = False
