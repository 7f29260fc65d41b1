"""Who goes first when every core is busy, and who runs where."""

from __future__ import annotations

import os
import socket
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")
_kept: list[socket.socket] = []  # open for as long as this process keeps to its core


def yield_session(niceness: int) -> None:
    """Let every process of this session go after other sessions', on Linux.

    Where the kernel groups tasks by session (autogroup, sched(7)), nice values count inside a
    session only, and the session's own is set here. Elsewhere there is nothing to set.
    """
    try:
        AUTOGROUP.write_text(str(niceness))
    except OSError:
        return  # no Linux, no autogroups, or a container that may not


def keep_to_a_core(siblings: int) -> None:
    """Keep this process to a core that none of its siblings keeps to, where they take them all.

    Networks hand work from thread to thread. With every core busy the kernel wakes the second
    thread where it ran last, behind somebody else, and leaves the first one's core idle. To be
    called before threads are started, which inherit it. Nothing happens where fewer `siblings`
    (this one counted) than cores leave some free, nor where processes cannot be bound.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    if siblings < len(cores):
        return
    for core in cores:
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            # Abstract (unix(7)): a name belongs to one process, and is free when that has ended.
            name.bind(f"\0kaihu/{os.getppid()}/core/{core}")
            os.sched_setaffinity(0, {core})
        except OSError:  # kept by another, or not to be bound to
            name.close()
            continue
        _kept.append(name)
        return
