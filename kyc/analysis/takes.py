"""A photo's facts and measurements, as kept, made the take that other photos are held against."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from core.policy import Policy
from core.reasons import Reason
from kyc.analysis.documents import READING
from kyc.policy import DocumentPolicy, ReviewPolicy
from ocr.document_types import PRINCIPAL, PRINCIPALS, DocumentType
from ocr.takes.take import Take, TakeRules


def take_of(
    take_id: str,
    paper: DocumentType,
    facts: Mapping[str, str],
    measurements: Mapping[str, Any],
    reasons: Sequence[Reason] = (),
) -> Take:
    """A take of a slot for papers of a kind; one that shows another kind says nothing.

    `reasons` stand for those of the measurements where these name none: the file was no photo.
    """
    reading = measurements.get(READING, {})
    own = tuple(Reason(reason) for reason in reading.get("reasons", reasons))
    if reading.get("kind") != paper:
        return Take(take_id, {}, {}, own)
    label = next((name for name in PRINCIPALS if name in facts), None)
    confidence = dict(measurements.get("confidence", {}))
    cut = set(reading["cut"])
    if label in cut:
        cut.add(PRINCIPAL)
    if label in confidence:
        confidence[PRINCIPAL] = confidence[label]
    return Take(
        id=take_id,
        fields={name: text for name, text in facts.items() if name not in PRINCIPALS},
        confidence={name: one for name, one in confidence.items() if name not in PRINCIPALS},
        reasons=own,
        cut=frozenset(cut),
        unclear=frozenset(PRINCIPAL if n in PRINCIPALS else n for n in reading["unclear"]),
        portrait=reading["portrait"],
    )


@dataclass(frozen=True)
class Merging:
    """The rules by which takes are merged, and the reasons that no other photo takes back."""

    rules: TakeRules
    fraud: frozenset[Reason]

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """Those of a policy."""
        fraud = policy.section(ReviewPolicy).four_eyes
        return cls(policy.section(DocumentPolicy).take_rules, fraud)

    @classmethod
    def of_text(cls, content: str) -> Self:
        """Those of a policy's text, which may be of another version than the code.

        Raises KeyError for one of before photos were merged.
        """
        tables = tomllib.loads(content)
        documents = tables[DocumentPolicy.table]
        rules = TakeRules(
            min_confidence=documents["min_confidence"],
            min_name_confidence=documents["fields"]["min_name_confidence"],
            certain=documents["takes"]["certain"],
            agreement_odds=documents["takes"]["agreement_odds"],
            min_compared=documents["tampering"]["min_fields"],
        )
        return cls(rules, frozenset(map(Reason, tables[ReviewPolicy.table]["four_eyes"])))
