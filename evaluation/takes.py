"""`kaihu evaluate takes`: what two photos of a paper say together, and one alone.

No set at hand has two photos of one paper. Each sheet of the shared set that nothing is wrong with
is laid flat and photographed twice, each photo spoiled in its own way by a seed: glare, a finger, a
shadow, blur. Both are read as owners' photos are. Every pair of different papers is tried, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np

from core.files import PhotoLimits
from core.policy import Policy
from evaluation.documents import NAMES
from evaluation.rates import wilson
from evaluation.rephotograph import fits, flat_sheet
from evaluation.report import Figures
from evaluation.shares import share_figures
from evaluation.spoils import spoiled_photo
from kyc.analysis.documents import document_finding, document_reasons
from kyc.analysis.takes import Merging, take_of
from kyc.decision.decide import effect_of
from kyc.policy import DocumentPolicy, Effect, EffectsPolicy, UploadPolicy
from ocr.document import DocumentReader
from ocr.document_types import PRINCIPAL, PRINCIPALS, DocumentType
from ocr.recognition.line import narrow
from ocr.takes.merge import MergedTakes, merge_takes
from ocr.takes.take import NAMES as NAMES_OF_ANYBODY
from ocr.takes.take import Take

TODAY = date(2026, 11, 24)
SEED = 29
TAKES = 2


@dataclass(frozen=True)
class Paper:
    """A sheet: what it prints, by field, and its takes, the oldest first."""

    kind: DocumentType
    printed: dict[str, str]
    takes: tuple[Take, ...]


@dataclass(frozen=True)
class Merged:
    """A paper's takes, alone and together."""

    paper: Paper
    first: MergedTakes
    newest: MergedTakes
    both: MergedTakes


def evaluate_takes(data: Path, models: Path, policy: Policy, seed: int = SEED) -> Figures:
    """Fields with one photo and with two, and merges that are wrong."""
    papers, merging = list(_papers(data, models, policy, seed)), Merging.of(policy)

    def merge(kind: DocumentType, *takes: Take) -> MergedTakes:
        return merge_takes(kind, takes[-1], takes[:-1], merging.rules, merging.fraud, TODAY)

    cases = [
        Merged(
            paper,
            merge(paper.kind, paper.takes[0]),
            merge(paper.kind, paper.takes[-1]),
            merge(paper.kind, *paper.takes),
        )
        for paper in papers
    ]
    effects = policy.section(EffectsPolicy).effects

    def sent_back(merged: MergedTakes) -> bool:
        return any(effect_of(effects, one) is Effect.RETRY for one in merged.reasons)

    return {
        "takes.papers": len(papers),
        "takes.seed": seed,
        **_field_figures(cases, sent_back),
        **_wrong_merges(cases),
        **_foreign(papers, merge),
        **_agreement(papers),
    }


def _papers(data: Path, models: Path, policy: Policy, seed: int) -> Iterator[Paper]:
    folder = data / "documents"
    reader = DocumentReader(models, policy.section(DocumentPolicy).rules)
    limits = policy.section(UploadPolicy).photo
    for number, truth in enumerate(json.loads((folder / "truth.json").read_text("utf-8"))):
        if fits(truth, screen=False) and not truth["flags"]:
            chance = np.random.default_rng([seed, number])
            yield _paper(truth, folder, reader, policy, limits, chance)


def _paper(
    truth: dict[str, Any],
    folder: Path,
    reader: DocumentReader,
    policy: Policy,
    limits: PhotoLimits,
    chance: np.random.Generator,
) -> Paper:
    kind = DocumentType(truth["kind"])
    sheet = flat_sheet(truth, folder, limits)
    takes = []
    for number in range(TAKES):
        reading = reader.read(spoiled_photo(sheet, chance), TODAY, kind)
        finding = document_finding(reading, document_reasons(reading, policy), None)
        takes.append(take_of(str(number), kind, finding.facts, finding.measurements))
    return Paper(kind, _printed(truth), tuple(takes))


def _printed(truth: dict[str, Any]) -> dict[str, str]:
    """What a sheet prints, by the names of fields; what its own photo had lost is left out."""
    printed = {}
    for label, text in truth["fields"].items():
        name = NAMES.get(label, label)
        if label not in truth["obscured_fields"]:
            printed[PRINCIPAL if name in PRINCIPALS else name] = narrow(text)
    return printed


def _field_figures(cases: Sequence[Merged], sent_back: Callable[[MergedTakes], bool]) -> Figures:
    """Nothing counts as read of what goes back to the owner, as in `evaluate documents`."""
    figures: Figures = {}
    for name, of in _WAYS.items():
        views = [(case.paper, of(case)) for case in cases]
        figures |= share_figures(f"takes.sent_back_{name}", [sent_back(one) for _, one in views])
        exact = [
            not sent_back(one) and _is_right(paper, one, label)
            for paper, one in views
            for label in paper.printed
        ]
        figures |= share_figures(f"takes.fields_exact_{name}", exact)
    differing = [bool(case.both.differing) for case in cases]
    figures |= share_figures("takes.to_a_person_for_differing", differing)
    return figures


_WAYS: dict[str, Callable[[Merged], MergedTakes]] = {
    "one": lambda case: case.first,
    "newest_alone": lambda case: case.newest,
    "two": lambda case: case.both,
}


def _is_right(paper: Paper, merged: MergedTakes, label: str) -> bool:
    return label in merged.fields and narrow(merged.fields[label].text) == paper.printed[label]


def _wrong_merges(cases: Sequence[Merged]) -> Figures:
    """Fields that the newest photo alone had right, and both together have wrong and untold."""
    wrong = [
        label
        for case in cases
        for label in case.paper.printed
        if _is_right(case.paper, case.newest, label)
        and not _is_right(case.paper, case.both, label)
        and label not in (*case.both.differing, *case.both.doubtful)
    ]
    told_wrong = [
        label
        for case in cases
        for label in case.both.differing
        if label in case.paper.printed and _is_right(case.paper, case.newest, label)
    ]
    return {
        "takes.wrong_merges": len(wrong),
        "takes.differing_though_newest_right": len(told_wrong),
        "takes.completed": sum(len(case.both.counted) > 1 for case in cases),
    }


def _foreign(papers: Sequence[Paper], merge: Callable[..., MergedTakes]) -> Figures:
    pairs = [
        (one, other)
        for one, other in permutations(papers, 2)
        if one.kind is other.kind and one.printed != other.printed
    ]
    merged = [merge(one.kind, other.takes[0], one.takes[-1]) for one, other in pairs]
    return {
        "takes.foreign_pairs": len(pairs),
        "takes.foreign_merges": sum(len(one.counted) > 1 for one in merged),
        "takes.foreign_differing": sum(bool(one.differing) for one in merged),
    }


def _agreement(papers: Sequence[Paper]) -> Figures:
    """How often a second photo repeats a right reading, and a wrong one; names apart."""
    right: list[bool] = []
    wrong: list[bool] = []
    for paper in papers:
        one, other = paper.takes[0], paper.takes[-1]
        for label, printed in paper.printed.items():
            if label in NAMES_OF_ANYBODY or not (label in one.fields and label in other.fields):
                continue
            same = one.form(label) == other.form(label)
            (right if narrow(one.fields[label]) == printed else wrong).append(same)
    figures = share_figures("takes.right_repeated", right)
    figures |= share_figures("takes.wrong_repeated", wrong)
    low, high = wilson(sum(right), len(right))[0], wilson(sum(wrong), len(wrong))[1]
    return {**figures, "takes.agreement_odds_low": low / high}
