"""What can be evaluated and calibrated.

A new part is a function here that imports its module when called, and a line in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.policy import Policy
    from evaluation.curves import Curves
    from evaluation.report import Figures


@dataclass(frozen=True)
class Run:
    """What a part measures: labelled `data`, by the weights in `models` and a policy.

    Score lists go into `curves` where a part has any.
    """

    data: Path
    models: Path
    policy: Policy
    curves: Curves


def _documents(run: Run) -> Figures:
    from evaluation.documents import evaluate_documents

    return evaluate_documents(run.data, run.models, run.policy)


def _face(run: Run) -> Figures:
    from evaluation.face import evaluate_face

    return evaluate_face(run.data, run.models, run.policy, run.curves)


def _attacks(run: Run) -> Figures:
    from evaluation.attacks import evaluate_attacks

    return evaluate_attacks(run.data, run.models, run.policy, run.curves)


def _videos(run: Run) -> Figures:
    from evaluation.videos import evaluate_videos

    return evaluate_videos(run.models, run.policy)


def _voice(run: Run) -> Figures:
    from evaluation.voice import evaluate_voice

    return evaluate_voice(run.data, run.models, run.policy, run.curves)


def _field(run: Run) -> Figures:
    from evaluation.field import evaluate_field

    return evaluate_field(run.data, run.models, run.policy)


def _takes(run: Run) -> Figures:
    from evaluation.takes import evaluate_takes

    return evaluate_takes(run.data, run.models, run.policy)


def _rare(run: Run) -> Figures:
    from evaluation.rare_characters import evaluate_rare_characters

    return evaluate_rare_characters(run.models, run.policy)


def _shaken(run: Run) -> Figures:
    from evaluation.shaken import evaluate_shaken

    return evaluate_shaken(run.data, run.models, run.policy)


def _edits(run: Run) -> Figures:
    from evaluation.edits import evaluate_edits

    return evaluate_edits(run.data, run.models, run.policy)


def _schedules(run: Run) -> Figures:
    from evaluation.schedules import evaluate_schedules

    return evaluate_schedules(run.data)


def _declarations(run: Run) -> Figures:
    from evaluation.declarations import evaluate_declarations

    return evaluate_declarations(run.data, run.policy)


def _profile(run: Run) -> Figures:
    from evaluation.profile import evaluate_profile

    return evaluate_profile(run.policy)


def _statements(run: Run) -> Figures:
    from evaluation.statements import evaluate_statements

    return evaluate_statements(run.data, run.policy)


def _lists(run: Run) -> Figures:
    from evaluation.lists import evaluate_lists

    return evaluate_lists(run.data, run.policy)


def _reach(run: Run) -> Figures:
    from evaluation.reach import evaluate_reach

    return evaluate_reach(run.policy)


def _industries(run: Run) -> Figures:
    from evaluation.industries import evaluate_industries

    return evaluate_industries(run.data, run.policy)


def _intents(run: Run) -> Figures:
    from evaluation.intents import evaluate_intents

    return evaluate_intents(run.data, run.policy)


def _scorer(run: Run) -> Figures:
    from evaluation.scorer import evaluate_scorer

    return evaluate_scorer(run.data)


def _document_spreads(run: Run) -> Figures:
    from evaluation.document_calibration import calibrate_documents

    return calibrate_documents(run.data, run.models, run.policy)


def _edit_weights(run: Run) -> Figures:
    from evaluation.edit_calibration import calibrate_edits

    return calibrate_edits(run.data, run.models, run.policy)


def _face_weights(run: Run) -> Figures:
    from evaluation.face_calibration import calibrate_face

    return calibrate_face(run.data, run.models)


def _attack_cues(run: Run) -> Figures:
    from evaluation.attack_calibration import calibrate_attacks

    return calibrate_attacks(run.data, run.models)


def _invoices(run: Run) -> Figures:
    from evaluation.invoices import evaluate_invoices

    return evaluate_invoices(run.data, run.models, run.policy)


def _invoice_card(run: Run) -> Figures:
    from evaluation.invoice_card import calibrate_invoices

    return calibrate_invoices(run.data)


def _voice_likelihoods(run: Run) -> Figures:
    from evaluation.voice_calibration import calibrate_voice

    return calibrate_voice(run.data, run.models, run.policy)


EVALUATIONS: Mapping[str, Callable[[Run], Figures]] = {
    "documents": _documents,
    "face": _face,
    "attacks": _attacks,
    "videos": _videos,
    "voice": _voice,
    "field": _field,
    "takes": _takes,
    "rare": _rare,
    "shaken": _shaken,
    "edits": _edits,
    "schedules": _schedules,
    "declarations": _declarations,
    "profile": _profile,
    "lists": _lists,
    "reach": _reach,
    "industries": _industries,
    "intents": _intents,
    "scorer": _scorer,
    "statements": _statements,
    "invoices": _invoices,
}
CALIBRATIONS: Mapping[str, Callable[[Run], Figures]] = {
    "face": _face_weights,
    "documents": _document_spreads,
    "edits": _edit_weights,
    "attacks": _attack_cues,
    "invoices": _invoice_card,
    "voice": _voice_likelihoods,
}
