"""What may become of a file, and of a record that is asked for."""

from __future__ import annotations

from enum import StrEnum

from storage.states import Transitions


class FileState(StrEnum):
    """Where a file of a source stands."""

    ARRIVING = "arriving"
    READING = "reading"
    LOCKED = "locked"  # it needs a password, or another one
    READ = "read"
    REFUSED = "refused"  # nothing of it is kept


FILE = Transitions(
    first=(FileState.ARRIVING,),
    steps={
        FileState.ARRIVING: (FileState.READING,),
        FileState.READING: (FileState.READ, FileState.REFUSED, FileState.LOCKED),
        FileState.LOCKED: (FileState.READING,),
        FileState.READ: (),
        FileState.REFUSED: (),
    },
)


class RecordState(StrEnum):
    """Where a record stands that another system is asked for."""

    ASKED = "asked"
    KNOWN = "known"
    ABSENT = "absent"  # the other system knows nothing of this business
    FAILED = "failed"


RECORD = Transitions(
    first=(RecordState.ASKED,),
    steps={
        RecordState.ASKED: (RecordState.KNOWN, RecordState.ABSENT, RecordState.FAILED),
        RecordState.KNOWN: (RecordState.ASKED,),
        RecordState.ABSENT: (RecordState.ASKED,),
        RecordState.FAILED: (RecordState.ASKED,),
    },
)
