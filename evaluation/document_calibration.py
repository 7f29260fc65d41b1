"""`kaihu calibrate documents`: the spreads between which the policy's document thresholds lie.

Rules under which everything is flagged give the measures of every photo; beside each other stand
what genuine sheets reach and what copies, screens and edits reach.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.policy import Policy
from core.reasons import Reason
from evaluation.documents import CODES, NAMES, Case, read_documents
from evaluation.report import Figures
from kyc.policy import DocumentPolicy
from ocr.document_types import LABELS, PRINCIPALS, REQUIRED
from ocr.identifiers import is_valid_code
from ocr.reading import DocumentReading
from ocr.recognition.line import narrow
from ocr.rules import DocumentRules
from ocr.validation.flags import Flag

LIMIT = 9.0  # beyond every measure
DIFFERENCES = ("log_odds", "stroke", "height", "darkness")
QUANTILES = (5, 95)


def calibrate_documents(data: Path, models: Path, policy: Policy) -> Figures:
    """What copies, screens and edits measure, what others do, and how confident readings are."""
    spreads = _Spreads()
    for case in read_documents(data, models, policy, _rules_that_flag_all(policy)):
        spreads.add(case)
    return spreads.figures()


def _rules_that_flag_all(policy: Policy) -> DocumentRules:
    """Rules under which every sheet and field is flagged, with its measures."""
    shipped = policy.section(DocumentPolicy).rules
    return replace(
        shipped,
        recapture=replace(shipped.recapture, min_coloured=LIMIT, min_wave=-1.0),
        tampering=replace(shipped.tampering, min_score=-math.inf, max_share=1.0),
        belief=replace(shipped.belief, min_code_confidence=0.0),
    )


class _Spreads:
    """Measures by whether they are of what is looked for, or were read right."""

    def __init__(self) -> None:
        self.colours: dict[bool, list[float]] = defaultdict(list)
        self.waves: dict[bool, list[float]] = defaultdict(list)
        self.edits: dict[bool, list[list[float]]] = defaultdict(list)
        self.codes: dict[bool, list[float]] = defaultdict(list)
        self.confidences: dict[bool, list[float]] = defaultdict(list)

    def add(self, case: Case) -> None:
        if case.reading is None or case.reading.kind not in LABELS:
            return
        wanted = set(case.truth["flags"])
        for flag in case.reading.flags:
            self._add_measures(flag, wanted)
        for name, confidence, right in _needed_fields(case.reading, case.truth["fields"]):
            # A code that is read wrong is caught by its check character, not by confidence.
            if name in CODES and not is_valid_code(case.reading.fields[name]):
                self.codes[right].append(confidence)
            elif right or name not in CODES:
                self.confidences[right].append(confidence)

    def _add_measures(self, flag: Flag, wanted: set[str]) -> None:
        measures = {name: float(m) for name, m in flag.measures.items() if not isinstance(m, str)}
        if flag.reason is Reason.PHOTOCOPY:
            self.colours[Reason.PHOTOCOPY in wanted].append(measures["coloured_share"])
        elif flag.reason is Reason.SCREEN_RECAPTURE:
            self.waves[Reason.SCREEN_RECAPTURE in wanted].append(max(measures.values()))
        elif flag.reason is Reason.EDITED:
            self.edits[flag.name in wanted].append([measures[name] for name in DIFFERENCES])

    def figures(self) -> Figures:
        figures: Figures = {
            "copies": len(self.colours[True]),
            "copies.coloured_share_most": _most(self.colours[True]),
            "others.coloured_share_least": _least(self.colours[False]),
            "screens": len(self.waves[True]),
            "screens.wave_least": _least(self.waves[True]),
            "others.wave_most": _most(self.waves[False]),
            "fields_right": len(self.confidences[True]),
            "fields_right.confidence_least": _least(self.confidences[True]),
            "fields_wrong": len(self.confidences[False]),
            "fields_wrong.confidence_most": _most(self.confidences[False]),
        }
        figures |= {
            "codes_misprinted": len(self.codes[True]),
            "codes_misprinted.confidence_least": _least(self.codes[True]),
            "codes_misread": len(self.codes[False]),
            "codes_misread.confidence_most": _most(self.codes[False]),
        }
        for edited, title in ((True, "edits"), (False, "fields_not_edited")):
            figures[title] = len(self.edits[edited])
            if self.edits[edited]:
                spread = np.percentile(self.edits[edited], QUANTILES, axis=0)
                for column, name in enumerate(DIFFERENCES):
                    low, high = spread[:, column]
                    figures[f"{title}.{name}_p5"] = float(low)
                    figures[f"{title}.{name}_p95"] = float(high)
        return figures


def _needed_fields(
    reading: DocumentReading, printed: Mapping[str, str]
) -> Iterator[tuple[str, float, bool]]:
    """Name, confidence and whether right, of each field read that its form must show."""
    for label, text in printed.items():
        name = NAMES.get(label, label)
        if name in {*REQUIRED[reading.kind], *PRINCIPALS} and name in reading.confidence:
            yield name, reading.confidence[name], narrow(reading.fields[name]) == narrow(text)


def _most(values: Iterable[float]) -> float | None:
    return max(values, default=None)


def _least(values: Iterable[float]) -> float | None:
    return min(values, default=None)
