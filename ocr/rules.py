"""The rules by which documents are read and checked; every number comes from the policy."""

from __future__ import annotations

from dataclasses import dataclass

from ocr.extraction.fields import FieldRules
from ocr.extraction.kinds import KindRules
from ocr.preprocess.quality import QualityRules
from ocr.preprocess.shake import ShakeRules
from ocr.validation.consistency import BeliefRules
from ocr.validation.cropping import EdgeRules
from ocr.validation.recapture import RecaptureRules
from ocr.validation.tampering import TamperingRules


@dataclass(frozen=True)
class DocumentRules:
    """What makes a document of a kind, which fields count as read, what is suspicious.

    A reading is sure whose weakest field has a confidence of `min_confidence`, 0..1. Without
    `shake` no photo is restored.
    """

    kinds: KindRules
    fields: FieldRules
    belief: BeliefRules
    edges: EdgeRules
    recapture: RecaptureRules
    tampering: TamperingRules
    quality: QualityRules
    min_confidence: float
    shake: ShakeRules | None
