"""Disks that are small or slow. Tests that have no right to make one are skipped."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.ids import new_id

GROUPS = Path("/sys/fs/cgroup/blkio")


@contextmanager
def small_disk_at(place: Path) -> Iterator[Path]:
    """A disk of four megabytes, mounted at `place`."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def slow_disk_at(place: Path) -> Iterator[Path]:
    """A disk that takes fifteen writes a second, for this process: the kernel holds it back."""
    group, device = GROUPS / f"kaihu-{new_id().hex}", place.stat().st_dev
    try:
        group.mkdir()
        limit = f"{os.major(device)}:{os.minor(device)} 15"
        (group / "blkio.throttle.write_iops_device").write_text(limit)
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError as error:
        pytest.skip(f"no right to slow a disk here: {error}")
    try:
        yield place
    finally:
        (GROUPS / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()
