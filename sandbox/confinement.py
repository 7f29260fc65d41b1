"""What a child may not do: the operating system's limits, set by the child on itself, for good.

Linux. See setrlimit(2), prctl(2), unshare(2), network_namespaces(7), capabilities(7).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path

from sandbox.limits import SandboxLimits

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
NOBODY = 65534
MB = 2**20

_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def leave_the_network() -> str | None:
    """Move this process and its children to a network namespace without any interface.

    None where that was done, else why not: some kernels and containers refuse it.
    """
    if not hasattr(_libc, "unshare"):
        return "unshare is not known here"
    own_user = 0 if os.geteuid() == 0 else CLONE_NEWUSER
    if _libc.unshare(own_user | CLONE_NEWNET | CLONE_NEWIPC) == 0:
        return None
    return os.strerror(ctypes.get_errno())


def end_with_parent() -> None:
    """Be killed when the process that started this one ends, however it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def confine(limits: SandboxLimits, files: int) -> None:
    """From now on this process opens no file, starts nothing, and costs no more than `limits`.

    `files` are the file descriptors that stay open, 0 to `files` - 1. Raises `OSError` where the
    system refuses a limit: nothing is decoded then.
    """
    memory = _address_space() + limits.memory_mb * MB
    os.closerange(files, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    end_with_parent()
    _drop_privileges()
    _set(resource.RLIMIT_AS, memory)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_CORE, 0)
    if not limits.threads:
        _set(resource.RLIMIT_NPROC, 0)
    _set(resource.RLIMIT_NOFILE, files)
    used = resource.getrusage(resource.RUSAGE_SELF)
    begun = int(used.ru_utime + used.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (begun + limits.cpu_s, begun + limits.cpu_s + 1))


def _set(limit: int, value: int) -> None:
    resource.setrlimit(limit, (value, value))


def _drop_privileges() -> None:
    """No privilege is left, and none can be gained; root becomes nobody."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    header = _CapabilityHeader(CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if _libc.capset(ctypes.byref(header), ctypes.byref(nothing)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities stay")
    if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "privileges can be gained")
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _address_space() -> int:
    """Bytes of address space that this process holds now."""
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * resource.getpagesize()
