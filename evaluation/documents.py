"""`kaihu evaluate documents`: fields, codes, kinds and flags on photographed documents."""

from __future__ import annotations

import json
import resource
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from core.files import UnreadableFile
from core.policy import Policy
from core.reasons import Reason
from evaluation.report import Figures, not_measured
from kyc.analysis.documents import document_reasons
from kyc.decision.decide import effect_of
from kyc.policy import DocumentPolicy, Effect, EffectsPolicy, UploadPolicy
from ocr.document import DocumentReader
from ocr.document_types import CREDIT_CODE, ID_NUMBER, LABELS, PRINCIPALS, REQUIRED, DocumentType
from ocr.identifiers import is_valid_credit_code, read_identity_number
from ocr.preprocess.decode import decode_photo
from ocr.reading import DocumentReading
from ocr.recognition.line import narrow
from ocr.rules import DocumentRules

TODAY = date(2026, 11, 24)
LEVELS = {1: "easy", 2: "medium", 3: "hard"}
CODES = {CREDIT_CODE: "code", ID_NUMBER: "id_number"}
# These ask for another document; a photo of the right one that cannot be read is taken again.
OTHER_DOCUMENTS = {Reason.WRONG_DOCUMENT, Reason.OTHER_DOCUMENT, Reason.NOT_A_DOCUMENT}
# The truth has one name for what are two reasons.
TRUTHS = {Reason.LICENCE_EXPIRED: "expired", Reason.ID_EXPIRED: "expired"}
# The forms print one thing under several labels; the reader keeps one name for each.
NAMES = {
    label: name for names in LABELS.values() for name, labels in names.items() for label in labels
}


@dataclass(frozen=True)
class Field:
    """One printed field and what was read of it; `scored` unless light or blur wiped it out."""

    label: str
    printed: str
    read: str
    scored: bool

    @property
    def right(self) -> bool:
        """Whether it was read as it was printed."""
        return self.read == self.printed


@dataclass(frozen=True)
class Case:
    """One photo of the set: its truth, its reading (None where the file could not be read)."""

    truth: dict[str, Any]
    reading: DocumentReading | None
    reasons: tuple[Reason, ...]
    retry: bool
    fields: tuple[Field, ...]
    seconds: float

    @property
    def found(self) -> set[str]:
        """The flags of the reading, by their names in the truth."""
        flags = self.reading.flags if self.reading else ()
        return {TRUTHS.get(flag.reason, flag.name) for flag in flags}


def read_documents(
    data: Path, models: Path, policy: Policy, rules: DocumentRules | None = None
) -> Iterator[Case]:
    """Every photo of a set, read as the product reads it, or with other rules for its flags."""
    folder = data / "documents"
    reader = DocumentReader(models, rules or policy.section(DocumentPolicy).rules)
    limits = policy.section(UploadPolicy).photo
    for truth in json.loads((folder / "truth.json").read_text("utf-8")):
        began = time.process_time()
        try:
            image = decode_photo((folder / truth["file"]).read_bytes(), limits)
            reading = reader.read(image, TODAY, DocumentType(truth["submitted_as"]))
            reasons = document_reasons(reading, policy)
        except UnreadableFile as error:
            reading, reasons = None, [error.reason]
        seconds = time.process_time() - began
        retry = truth["kind"] in LABELS and _is_sent_back(reasons, policy)
        fields = _fields(truth, reading, retry=retry)
        yield Case(truth, reading, tuple(reasons), retry, fields, seconds)


def _is_sent_back(reasons: Sequence[Reason], policy: Policy) -> bool:
    effects = policy.section(EffectsPolicy).effects
    return any(effect_of(effects, r) is Effect.RETRY and r not in OTHER_DOCUMENTS for r in reasons)


def _fields(
    truth: dict[str, Any], reading: DocumentReading | None, *, retry: bool
) -> tuple[Field, ...]:
    """Every printed field; nothing counts as read of a photo that is sent back."""
    read = reading.fields if reading else {}
    return tuple(
        Field(
            label=label,
            printed=narrow(printed),
            read="" if retry else narrow(read.get(NAMES.get(label, label), "")),
            scored=label not in truth["obscured_fields"],
        )
        for label, printed in truth["fields"].items()
    )


def evaluate_documents(data: Path, models: Path, policy: Policy) -> Figures:
    """What is read, and what is flagged, of each photo of a set."""
    tally = _Tally()
    for case in read_documents(data, models, policy):
        tally.add(case)
    figures = tally.figures()
    figures["rss_mb_peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


class _Tally:
    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.kinds: list[bool] = []
        self.fields: dict[int, list[bool]] = defaultdict(list)
        self.characters: list[tuple[int, int]] = []
        self.codes: dict[str, list[bool]] = defaultdict(list)
        self.retries: dict[int, list[bool]] = defaultdict(list)
        self.flags: dict[str, list[bool]] = defaultdict(list)
        self.alarms: list[bool] = []
        self.wrong_unflagged = self.fields_wrong_unflagged = 0

    def add(self, case: Case) -> None:
        truth, found = case.truth, case.found
        self.seconds.append(case.seconds)
        self.kinds.append(case.reading is not None and case.reading.kind == truth["kind"])
        self.retries[truth["level"]].append(case.retry)
        for field in case.fields:
            if field.scored:
                self._add_field(field, truth["level"], warned=bool(found) or case.retry)
            silent = field.scored and bool(field.read) and not field.right and not case.reasons
            self.fields_wrong_unflagged += silent and _is_required(field, truth["kind"])
        wanted = set(truth["flags"])
        for flag in wanted:
            self.flags[flag.split(":")[0]].append(flag in found)
        if not wanted:
            self.alarms.append(bool(found))

    def _add_field(self, field: Field, level: int, *, warned: bool) -> None:
        self.fields[level].append(field.right)
        self.characters.append((_distance(field.read, field.printed), len(field.printed)))
        if field.label not in CODES:
            return
        number = read_identity_number(field.printed)
        if is_valid_credit_code(field.printed) or (number and number.check_digit_valid):
            self.codes[CODES[field.label]].append(field.right)
        if field.read and not field.right and not warned:
            self.wrong_unflagged += 1

    def figures(self) -> Figures:
        everything = [right for rows in self.fields.values() for right in rows]
        recalls = {f"flag_recall.{flag}": _mean(rows) for flag, rows in sorted(self.flags.items())}
        edits, length = map(sum, zip(*self.characters, strict=True))
        figures: Figures = {
            "n": len(self.seconds),
            **{f"fields_exact_{name}": _mean(self.fields[n]) for n, name in LEVELS.items()},
            "fields_exact_all": _mean(everything),
            "characters_all": 1 - edits / length,
            "kind_accuracy": _mean(self.kinds),
            "code_wrong_unflagged": self.wrong_unflagged,
            "fields_wrong_unflagged": self.fields_wrong_unflagged,  # required ones, nobody told
            **recalls,
            "flag_recall": float(np.mean(list(recalls.values()))),
            "flag_false_alarms": _mean(self.alarms),
            **{f"retry_rate_{name}": _mean(self.retries[n]) for n, name in LEVELS.items()},
            "page_cpu_s_p50": float(np.percentile(self.seconds, 50)),
            "page_cpu_s_p95": float(np.percentile(self.seconds, 95)),
        }
        for name in CODES.values():
            if self.codes[name]:
                figures[f"{name}_exact"] = _mean(self.codes[name])
            else:
                figures |= not_measured("no printed code with a valid check digit", f"{name}_exact")
        return figures


def _is_required(field: Field, kind: str) -> bool:
    """Whether a document of this kind cannot do without the field."""
    needed = {*REQUIRED.get(DocumentType(kind), ()), *PRINCIPALS}
    return NAMES.get(field.label, field.label) in needed


def _mean(rows: list[bool]) -> float | None:
    return float(np.mean(rows)) if rows else None


def _distance(a: str, b: str) -> int:
    """Edit distance, at most the length of the printed text."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return min(row[-1], len(b))
