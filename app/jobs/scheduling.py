"""Which processes run first when every core is busy, and where."""

from __future__ import annotations

import os
import socket
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")
_held: list[socket.socket] = []  # open for as long as this process is bound to its core


def lower_session_priority(niceness: int) -> None:
    """Let every process of this session run after those of other sessions, on Linux.

    Where the kernel groups tasks by session (autogroup, sched(7)), nice values count inside a
    session only, and the session's own is set here. Elsewhere there is nothing to set.
    """
    try:
        AUTOGROUP.write_text(str(niceness))
    except OSError:
        return  # no Linux, no autogroups, or a container that may not


def bind_to_a_core(siblings: int) -> None:
    """Bind this process to a core that none of its siblings is bound to, where they take them all.

    Networks hand work from thread to thread. With every core busy the kernel wakes the second
    thread where it ran last, behind another process, and leaves the first one's core idle. To be
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
        except OSError:  # another process holds it, or it cannot be bound to
            name.close()
            continue
        _held.append(name)
        return
