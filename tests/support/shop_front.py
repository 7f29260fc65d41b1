"""An evidence type that the product does not know: a photo of the shop's sign.

All of it stands here, but for its numbers: these are the policy's (`attempts`, `required`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.files import UnreadableFile, require_size
from core.reasons import Reason
from kyc.analysis.analyser import Engines, Sample
from kyc.analysis.findings import Finding
from kyc.evidence.types import TYPES, EvidenceType
from privacy.kinds import ConsentKind
from storage.keys.names import KeyPurpose

KIND = "shop_front"
MAX_BYTES = 1_000


@dataclass(frozen=True)
class ShopFrontFinding(Finding):
    """What the sign says."""

    sign: str

    @property
    def facts(self) -> Mapping[str, str]:
        """The sign."""
        return {"sign": self.sign}

    @property
    def measurements(self) -> Mapping[str, Any]:
        """Characters of the sign."""
        return {"characters": len(self.sign)}


def analyse_shop_front(_engines: Engines, sample: Sample) -> ShopFrontFinding:
    """Read the sign; a sign without letters is blurred. Raises `UnreadableFile`."""
    require_size(sample.content, MAX_BYTES)
    if not sample.content.startswith(b"sign:"):
        raise UnreadableFile(Reason.NOT_AN_IMAGE)
    sign = sample.content.removeprefix(b"sign:").decode()
    return ShopFrontFinding(() if sign else (Reason.BLURRED,), sign=sign)


SHOP_FRONT = EvidenceType(
    kind=KIND,
    consent=ConsentKind.TERMS,
    purpose=KeyPurpose.IDENTITY,
    challenge=None,
    analyse=analyse_shop_front,
    models=(),
    finding=ShopFrontFinding,
)


@contextmanager
def registered() -> Iterator[EvidenceType]:
    """The type, known to everybody for as long as the block lasts."""
    TYPES.register(SHOP_FRONT)
    try:
        yield SHOP_FRONT
    finally:
        TYPES.unregister(KIND)
