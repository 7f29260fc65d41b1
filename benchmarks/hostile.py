"""`kaihu bench hostile`: what files made to cost much do cost, and whether each has a code."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil

from app.jobs.analysis_pool import load_engines
from app.settings import ROOT, Settings
from benchmarks.neighbours import neighbour_figures
from core.reasons import Reason
from evaluation.report import Figures
from kyc.analysis.analyser import AnalysisInput, Engines, Sample, perform
from kyc.analysis.challenges import Challenge, ChallengeKind, DigitChallenge
from kyc.decoding.decoders import ConfinedDecoders
from kyc.evidence.types import ID_CARD_FRONT, TYPES, EvidenceType
from kyc.liveness.challenge import draw_face_challenge
from kyc.policy import LivenessPolicy, VoicePolicy
from sandbox.runner import ChildLost
from voiceprint.challenge import draw_all_digits, draw_digits

DATA = Path(os.environ.get("KAIHU_EVALUATION_DATA", ROOT.parent / "shared" / "evaluation"))
WORST = 5  # files that are sent again and again
BETWEEN = "--"  # slot and what the file does, in its name
MB = 2**20


@dataclass(frozen=True)
class _Cost:
    """What one file cost: the process that analyses and the child that decodes together."""

    name: str
    cpu_s: float
    peak_mb: float  # of the child, and by how much the process grew
    reasons: tuple[Reason, ...] | None  # None: the analysis failed
    again: bool


def bench_hostile(settings: Settings) -> Figures:
    """Memory above rest, processor time and codes, over the shared set of hostile files."""
    engines = load_engines(settings.models, settings.policy)
    engines.warm_up()
    costs = [_cost(engines, path) for path in sorted((DATA / "hostile").glob(f"*{BETWEEN}*"))]
    if not costs:
        raise SystemExit(f"no hostile files below {DATA}: set KAIHU_EVALUATION_DATA")
    if isinstance(engines.decoders, ConfinedDecoders):
        engines.decoders.runner.close()
    failed = [one for one in costs if one.reasons is None or Reason.ANALYSIS_FAILED in one.reasons]
    for one in sorted(costs, key=lambda cost: -cost.cpu_s):
        print(f"{one.name}: {one.cpu_s:.1f} s, {one.peak_mb:.0f} MB, {one.reasons}")
    return {
        "files": len(costs),
        "without_own_code": len(failed),
        "peak_mb_over_rest": max(one.peak_mb for one in costs),
        "cpu_s_max": max(one.cpu_s for one in costs),
        "tries_max": 2 if any(one.again for one in costs) else 1,
        **neighbour_figures(settings, _worst_photos(costs)),
    }


def _worst_photos(costs: list[_Cost]) -> list[bytes]:
    photos = [one for one in costs if one.name.startswith(ID_CARD_FRONT.kind)]
    dearest = sorted(photos, key=lambda cost: -cost.cpu_s)[:WORST]
    return [(DATA / "hostile" / one.name).read_bytes() for one in dearest]


def _cost(engines: Engines, path: Path) -> _Cost:
    kind = TYPES.of(path.name.split(BETWEEN)[0])
    sample = Sample(path.read_bytes(), date.today(), _challenge(engines, kind))
    process = psutil.Process()
    rest, began = process.memory_info().rss, time.process_time()
    reasons, again = None, False
    try:
        reasons = perform(AnalysisInput(kind.analyse, sample), engines).reasons
    except ChildLost:
        again = True
    except Exception as error:
        print(f"{path.name}: {error!r}")
    grown = max(0, process.memory_info().rss - rest) / MB
    used = time.process_time() - began
    if isinstance(engines.decoders, ConfinedDecoders):
        child = engines.decoders.runner.last
        grown, used = grown + child.peak_mb, used + child.cpu_s
    return _Cost(path.name, used, grown, reasons, again)


def _challenge(engines: Engines, kind: EvidenceType) -> Challenge | None:
    if kind.challenge is ChallengeKind.FACE:
        return draw_face_challenge(engines.policy.section(LivenessPolicy).challenge)
    if kind.challenge is ChallengeKind.VOICE:
        rules = engines.policy.section(VoicePolicy)
        return DigitChallenge(draw_all_digits(), draw_digits(rules.second_reading))
    return None
