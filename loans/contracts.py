"""What a loan's contract and a draw's note have in common."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from access.models import PHONE, Applicant
from core.errors import Unavailable
from kyc.identity import VerifiedIdentity
from loans.terms.contract import Borrower
from storage.context import Context


class ContractNotReady(Unavailable):
    """The contract is being written."""

    code = "contract_not_ready"
    retry_after_s = 2


@dataclass(frozen=True)
class ContractFont:
    """The font that contracts are written in, with Chinese; a process that writes them holds it."""

    path: Path


def named_borrower(context: Context, owner: Applicant, identity: VerifiedIdentity) -> Borrower:
    """The owner and the business as a contract names them."""
    return Borrower(
        name=identity.name,
        id_number=identity.number,
        phone_number=PHONE.open(context.keyring, owner, owner.id, owner.phone).decode(),
        business=identity.business_name,
        business_code=identity.credit_code,
    )
