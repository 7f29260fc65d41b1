"""`kaihu evaluate field`: papers, faces and voices of kinds that failed once, analysed as owners'.

`field/cases.json` holds files that were made after public reports, and what must hold of each. A
kind is right when all its cases are: one file that is mended is no kind that is.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from core.policy import Policy
from core.reasons import Reason
from evaluation.report import Figures
from kyc.analysis.analyser import AnalysisInput, Engines, Sample, perform
from kyc.analysis.challenges import stored_challenge
from kyc.analysis.findings import Finding
from kyc.decision.decide import effect_of
from kyc.decoding.decoders import DirectDecoders
from kyc.evidence.types import TYPES
from kyc.policy import Effect, EffectsPolicy
from ocr.extraction.normalise import normalise
from ocr.recognition.line import narrow

TODAY = date(2026, 11, 24)
FOLDER = "field"


@dataclass(frozen=True)
class Expectation:
    """What must hold of a case, as the set's README says it."""

    field: str | None  # a label, or `principal`
    value: str | None  # None with a field: nothing may be read there
    normal: str | None
    or_reason: bool  # a wrong or missing value passes where a reason has somebody look
    without: frozenset[str]
    within: frozenset[str]  # one of these must be raised
    told: bool  # any reason at all

    @classmethod
    def of(cls, case: Mapping[str, Any]) -> Expectation:
        """The expectation of an entry of `cases.json`."""
        return cls(
            field=case.get("field"),
            value=case.get("value"),
            normal=case.get("normal"),
            or_reason=case.get("or_reason", False),
            without=frozenset(case.get("without", ())),
            within=frozenset(case.get("with", ())),
            told=case.get("told", False),
        )


@dataclass(frozen=True)
class Result:
    """What came of a case, and how it differs from what must hold."""

    file: str
    kind: str
    faults: tuple[str, ...]
    seconds: float


def evaluate_field(data: Path, models: Path, policy: Policy) -> Figures:
    """How many cases and kinds are right, and what is wrong with each that is not."""
    results = list(analysed(data, models, policy))
    kinds: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        kinds[result.kind].append(not result.faults)
    return {
        "cases": len(results),
        "kinds": len(kinds),
        "cases_right": sum(not result.faults for result in results) / len(results),
        "kinds_right": sum(map(all, kinds.values())) / len(kinds),
        "cpu_s_max": max(result.seconds for result in results),
        **{f"wrong.{one.file}": "; ".join(one.faults) for one in results if one.faults},
    }


def analysed(data: Path, models: Path, policy: Policy) -> Iterator[Result]:
    """Every case with a file, analysed as the product analyses evidence of its slot."""
    engines = Engines(models, policy, DirectDecoders())
    effects = policy.section(EffectsPolicy).effects
    for case in json.loads((data / FOLDER / "cases.json").read_text("utf-8")):
        began = time.process_time()
        finding = perform(_input(case, data / FOLDER / case["file"]), engines)
        seconds = time.process_time() - began
        found = faults(Expectation.of(case), finding, lambda one: effect_of(effects, one))
        yield Result(case["file"], case["kind"], tuple(found), seconds)


def faults(
    expected: Expectation, finding: Finding, effect: Callable[[Reason], Effect]
) -> Iterator[str]:
    """Each thing that must hold and does not, in words; none where the case is right."""
    reasons = finding.reasons
    for reason in reasons:
        if reason in expected.without:
            yield f"raised {reason}"
    if expected.within and expected.within.isdisjoint(reasons):
        yield f"raised {_listed(reasons)}, none of {_listed(sorted(expected.within))}"
    if expected.told and not reasons:
        yield "raised nothing"
    if expected.field is not None:
        looked_at = any(effect(reason) in (Effect.RETRY, Effect.REVIEW) for reason in reasons)
        if not (expected.or_reason and looked_at):
            yield from _field_faults(expected, expected.field, finding.facts)


def _field_faults(expected: Expectation, name: str, read: Mapping[str, str]) -> Iterator[str]:
    text = read.get(name)
    if expected.normal is not None:
        normal = None if text is None else normalise(name, text)
        if normal != expected.normal:
            yield f"{name} is {text!r} ({normal}), not {expected.normal}"
    elif text is None or expected.value is None:
        if text != expected.value:
            yield f"{name} is {text!r}, not {expected.value!r}"
    elif narrow(text) != narrow(expected.value):
        yield f"{name} is {text!r}, not {expected.value!r}"


def _input(case: Mapping[str, Any], file: Path) -> AnalysisInput:
    slot = TYPES.of(case["slot"])
    challenge = None
    if slot.challenge is not None:
        challenge = stored_challenge(slot.challenge, case["asked"])
    return AnalysisInput(slot.analyse, Sample(file.read_bytes(), TODAY, challenge))


def _listed(reasons: Sequence[str]) -> str:
    return ", ".join(reasons) or "nothing"
