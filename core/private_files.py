"""Files of an installation are nobody else's to read: folders 700, files 600.

A folder whose set-group-id bit is set is shared with its group on purpose: where the process that
signs the audit log has a user of its own. Others are kept out there too.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

OWNER_FILE, OWNER_FOLDER = 0o600, 0o700
GROUP = 0o070


def keep_private(folder: Path) -> None:
    """Have this process make private files from now on, below `folder` and elsewhere."""
    os.umask(0o777 & ~(OWNER_FOLDER | _group(folder)))


def private_folder(folder: Path) -> None:
    """Make a folder, or close one to others that was open; what is in it is out of their reach."""
    folder.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    private = mode & ~(0o007 | (GROUP & ~_group(folder)))
    if private != mode:
        folder.chmod(private)


def private_file(path: Path) -> None:
    """Make an empty file, or close one that others could read."""
    if not path.exists():
        path.touch(OWNER_FILE)
        path.chmod(file_mode(path.parent))
    mode = stat.S_IMODE(path.stat().st_mode)
    private = mode & (OWNER_FOLDER | _group(path.parent))
    if private != mode:
        path.chmod(private)


def file_mode(folder: Path) -> int:
    """The mode of a new file in a folder."""
    return OWNER_FILE | (_group(folder) & 0o060)


def _group(folder: Path) -> int:
    shared = folder.exists() and folder.stat().st_mode & stat.S_ISGID
    return GROUP if shared else 0
