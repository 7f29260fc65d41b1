"""What an owner's documents say, by name instead of by the labels of their forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ocr.document_types import CREDIT_CODE, ID_NUMBER, PRINCIPAL, SCOPE
from ocr.identifiers import IdentityNumber, read_date, read_identity_number

Facts = Mapping[str, str]


@dataclass(frozen=True)
class IdentityCard:
    """Both sides of an identity card; what could not be read is empty."""

    name: str
    number: str
    address: str
    authority: str

    @property
    def identity(self) -> IdentityNumber | None:
        """What the number says; None when it is none."""
        return read_identity_number(self.number)


@dataclass(frozen=True)
class Licence:
    """A business licence; what could not be read is empty."""

    name: str
    business_type: str
    address: str
    scope: str
    code: str
    principal: str
    founded: date | None


def read_card(front: Facts, back: Facts) -> IdentityCard:
    """The card that two sides say."""
    return IdentityCard(
        name=front.get("姓名", ""),
        number=front.get(ID_NUMBER, ""),
        address=front.get("住址", ""),
        authority=back.get("签发机关", ""),
    )


def read_licence(facts: Facts) -> Licence:
    """The licence that a sheet says."""
    return Licence(
        name=facts.get("名称", ""),
        business_type=facts.get("类型", ""),
        address=facts.get("住所", ""),
        scope=facts.get(SCOPE, ""),
        code=facts.get(CREDIT_CODE, ""),
        principal=facts.get(PRINCIPAL, ""),
        founded=read_date(facts.get("成立日期", "")),
    )
