"""`kaihu evaluate documents`: fields, codes, kinds and flags on photographed documents."""

from __future__ import annotations

import json
import time
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from evaluation.report import Figures, not_measured
from kyc.analysis import document_reasons
from kyc.policy import Policy
from ocr.codes import is_valid_credit_code, read_identity_number
from ocr.document import DocumentReader, DocumentReading
from ocr.image import UnreadableDocument, decode_photo

LEVELS = {1: "easy", 2: "medium", 3: "hard"}
# The forms print one thing under several labels; the reader keeps one name for each.
ALIASES = {
    "注册日期": "成立日期", "出资额": "注册资本", "成员出资总额": "注册资本",
    "业务范围": "经营范围",
    "合伙期限": "营业期限", "经营场所": "住所", "营业场所": "住所", "主要经营场所": "住所",
}  # fmt: skip
# These ask for another paper; to be taken again is a photo of the right one that cannot be read.
OTHER_PAPER = {"wrong_document", "other_document", "not_a_document"}
CODES = {"统一社会信用代码": "code", "公民身份号码": "id_number"}


def evaluate_documents(data: Path, models: Path, policy: Policy) -> Figures:
    folder = data / "documents"
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    reader = DocumentReader(models, policy.documents.forensics)
    tally = _Tally()
    for entry in truth:
        began = time.process_time()
        reading = _read(reader, folder / entry["file"], entry["submitted_as"])
        tally.seconds.append(time.process_time() - began)
        tally.add(entry, reading, policy)
    figures: Figures = {"n": len(truth), **tally.figures()}
    figures["rss_mb_peak"] = psutil.Process().memory_info().rss / 2**20
    return figures


def _read(reader: DocumentReader, file: Path, slot: str) -> DocumentReading | None:
    try:
        return reader.read(decode_photo(file.read_bytes()), date(2026, 11, 24), slot)
    except UnreadableDocument:
        return None


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
        self.wrong_unflagged = 0

    def add(self, entry: dict[str, Any], reading: DocumentReading | None, policy: Policy) -> None:
        read = reading.fields if reading else {}
        found = {flag.name for flag in reading.flags} if reading else set()
        retry = reading is None or any(
            policy.effect(reason) == "retry" and reason not in OTHER_PAPER
            for reason in document_reasons(reading, policy)
        )
        retry = retry and entry["kind"] in {"licence", "id_front", "id_back"}
        self.kinds.append(reading is not None and reading.kind == entry["kind"])
        self.retries[entry["level"]].append(retry)
        for label, text in entry["fields"].items():
            if label not in entry["obscured_fields"]:
                got = "" if retry else _plain(read.get(ALIASES.get(label, label), ""))
                self._add_field(entry, label, _plain(text), got, bool(found) or retry)
        wanted = set(entry["flags"])
        for flag in wanted:
            self.flags[flag.split(":")[0]].append(flag in found)
        if not wanted:
            self.alarms.append(bool(found))

    def _add_field(
        self, entry: dict[str, Any], label: str, text: str, got: str, warned: bool
    ) -> None:
        self.fields[entry["level"]].append(got == text)
        self.characters.append((_distance(got, text), len(text)))
        if label not in CODES:
            return
        number = read_identity_number(text)
        if is_valid_credit_code(text) or (number and number.check_digit_valid):
            self.codes[CODES[label]].append(got == text)
        if got and got != text and not warned:
            self.wrong_unflagged += 1

    def figures(self) -> Figures:
        everything = [right for rows in self.fields.values() for right in rows]
        recalls = {f"flag_recall.{flag}": _mean(rows) for flag, rows in sorted(self.flags.items())}
        edits, length = map(sum, zip(*self.characters, strict=True))
        figures: Figures = {
            **{f"fields_exact_{name}": _mean(self.fields[n]) for n, name in LEVELS.items()},
            "fields_exact_all": _mean(everything),
            "characters_all": 1 - edits / length,
            "kind_accuracy": _mean(self.kinds),
            "code_wrong_unflagged": self.wrong_unflagged,
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


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _mean(rows: list[bool]) -> float:
    return float(np.mean(rows)) if rows else float("nan")


def _distance(a: str, b: str) -> int:
    """Edit distance, at most the length of the printed text."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return min(row[-1], len(b))
