"""The rules by which documents are read and checked; every number comes from the policy."""

from __future__ import annotations

from dataclasses import dataclass

from ocr.extraction.fields import FieldRules
from ocr.extraction.kinds import KindRules
from ocr.preprocess.quality import QualityRules
from ocr.validation.consistency import BeliefRules
from ocr.validation.cropping import EdgeRules
from ocr.validation.recapture import RecaptureRules
from ocr.validation.tampering import TamperingRules


@dataclass(frozen=True)
class DocumentRules:
    """What makes a document of a kind, which fields count as read, what is suspicious."""

    kinds: KindRules
    fields: FieldRules
    belief: BeliefRules
    edges: EdgeRules
    recapture: RecaptureRules
    tampering: TamperingRules
    quality: QualityRules
