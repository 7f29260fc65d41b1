"""What the confined process does that puts profiles together.

Imported by `sandbox.template` alone, which finds `TASKS` and `warm_up` here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.files import UnreadableFile
from core.reasons import Reason
from loans.known.compute import compute_profile
from loans.known.container import ContainerBroken, split
from loans.known.inputs import ProfileInputs
from loans.profile.catalogue import catalogue
from loans.sources.packing import Unpackable
from loans.sources.vocabulary import word_rules
from sandbox.messages import Part
from sandbox.template import Task


def profile(parameters: Mapping[str, Any], content: bytes) -> Iterator[Part]:
    """One part: the profile, as JSON."""
    inputs = ProfileInputs.model_validate(parameters["inputs"])
    try:
        computed = compute_profile(inputs, list(split(content)))
    except (ContainerBroken, Unpackable) as error:
        raise UnreadableFile(Reason.FILE_DAMAGED) from error
    yield Part(body=computed.model_dump_json().encode())


TASKS: Mapping[str, Task] = {"profile": profile}


def warm_up() -> None:
    """Open everything that computing needs: a child opens no file."""
    catalogue()
    word_rules()
