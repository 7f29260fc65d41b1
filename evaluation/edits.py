"""`kaihu evaluate edits`: fields that were changed, and honest sheets that look as if they were.

Everything is drawn by a seed and read as owners' photos are: sheets in fonts and ranges that the
detector's weights were not fitted on, and every second sheet of the shared set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

from core.policy import Policy
from core.reasons import Reason
from evaluation.documents import NAMES
from evaluation.edited_photos import (
    TOLD,
    Photo,
    Set,
    drawn_edits,
    honest_sheets,
    shared_edits,
    shared_honest,
)
from evaluation.fonts import FontMissing
from evaluation.report import Figures, not_measured
from evaluation.shares import share_figures
from kyc.policy import DocumentPolicy, UploadPolicy
from ocr.document import DocumentReader
from ocr.reading import DocumentReading

TODAY = date(2026, 11, 24)
EACH = 4  # of each kind of edit, of each sort of honest sheet


def evaluate_edits(data: Path, models: Path, policy: Policy, of: Set = TOLD) -> Figures:
    """`edits.recall` of changed fields, by kind (`edits.recall.<kind>`); `edits.false_alarms`.

    A changed field that was not read counts as missed. `edits.false_alarms` are honest sheets
    with a field flagged as edited, `edits.flagged_honest` those with any flag.
    """
    reader = DocumentReader(models, policy.section(DocumentPolicy).rules)
    found: dict[str, list[bool]] = defaultdict(list)
    alarms: dict[str, list[bool]] = defaultdict(list)
    flagged = []
    try:
        for photo in photos_of(of, data, models, policy, EACH):
            reading = reader.read(photo.pixels, TODAY, photo.kind)
            if photo.edited is not None:
                found[photo.sort].append(_named(photo, reading))
            else:
                alarms[photo.sort].append(any(f.reason is Reason.EDITED for f in reading.flags))
                flagged.append(bool(reading.flags))
    except FontMissing as error:
        return not_measured(str(error), "edits.recall", "edits.false_alarms")
    return {
        "edits.seed": of.seed,
        **share_figures("edits.recall", list(chain(*found.values()))),
        **_by_sort("edits.recall", _by_kind(found)),
        **_by_sort("edits.recall", _by_way(found)),
        **share_figures("edits.false_alarms", list(chain(*alarms.values()))),
        **_by_sort("edits.false_alarms", alarms),
        **share_figures("edits.flagged_honest", flagged),
    }


def photos_of(of: Set, data: Path, models: Path, policy: Policy, each: int) -> Iterator[Photo]:
    """All photos of a set. Raises FontMissing."""
    limits = policy.section(UploadPolicy).photo
    yield from drawn_edits(of, models, each)
    yield from honest_sheets(of, models, each)
    yield from shared_edits(of, data, limits)
    yield from shared_honest(of, data, limits)


def _named(photo: Photo, reading: DocumentReading) -> bool:
    name = NAMES.get(photo.edited or "", photo.edited)
    return f"{Reason.EDITED}:{name}" in {flag.name for flag in reading.flags}


def _by_kind(found: dict[str, list[bool]]) -> dict[str, list[bool]]:
    return _grouped(found, 1)


def _by_way(found: dict[str, list[bool]]) -> dict[str, list[bool]]:
    return _grouped(found, 0)


def _grouped(found: dict[str, list[bool]], part: int) -> dict[str, list[bool]]:
    """The cases of `way.kind` by one of the two."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for sort, cases in found.items():
        groups[sort.split(".")[part]] += cases
    return groups


def _by_sort(name: str, groups: dict[str, list[bool]]) -> Figures:
    return {
        f"{name}.{sort}": f"{sum(cases)}/{len(cases)}" for sort, cases in sorted(groups.items())
    }
