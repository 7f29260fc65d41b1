"""Which part measures what."""

from __future__ import annotations

from pathlib import Path

from app.settings import Settings
from evaluation.curves import Curves
from evaluation.report import Figures
from kyc.policy import load_policy


def evaluate(part: str, data: Path, settings: Settings, curves: Curves) -> Figures:
    """The figures of a part; its score lists go into `curves` where it has any."""
    policy = load_policy(settings.policy)
    models = settings.models
    if part == "documents":
        from evaluation.documents import evaluate_documents

        return evaluate_documents(data, models, policy)
    if part == "face":
        from evaluation.face import evaluate_face

        return evaluate_face(data, models, policy, curves)
    if part == "attacks":
        from evaluation.attacks import evaluate_attacks

        return evaluate_attacks(data, models, policy, curves)
    from evaluation.voice import evaluate_voice

    return evaluate_voice(data, models, policy.voice, curves)


def calibrate(part: str, data: Path, settings: Settings) -> Figures:
    if part == "documents":
        from evaluation.spreads import calibrate_documents

        return calibrate_documents(data, settings.models, load_policy(settings.policy))
    if part == "attacks":
        from evaluation.combination import calibrate_attacks

        return calibrate_attacks(data, settings.models)
    if part == "voice":
        from evaluation.likelihood import calibrate_voice

        return calibrate_voice(data, settings.models, load_policy(settings.policy).voice)
    from evaluation.calibration import calibrate_face

    return calibrate_face(data, settings.models)
