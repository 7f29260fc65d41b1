"""Who goes first when every core is busy."""

from __future__ import annotations

from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")


def yield_session(niceness: int) -> None:
    """Let every process of this session go after other sessions', on Linux.

    Where the kernel groups tasks by session (autogroup, sched(7)), nice values count inside a
    session only, and the session's own is set here. Elsewhere there is nothing to set.
    """
    try:
        AUTOGROUP.write_text(str(niceness))
    except OSError:
        return  # no Linux, no autogroups, or a container that may not
