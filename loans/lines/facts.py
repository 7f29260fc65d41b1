"""A credit line as its contract and the notes of its draws name it."""

from __future__ import annotations

from core.money import Fen
from loans.lines.models import CreditLine
from loans.policy import LoanPolicy
from loans.terms.contract import LineFacts
from loans.terms.product import Product
from loans.terms.words import PURPOSES


def line_facts(policy: LoanPolicy, product: Product, line: CreditLine) -> LineFacts:
    """What was agreed of a line, and how the policy in force lets it be drawn on."""
    return LineFacts(
        number=str(line.application_id),
        limit_fen=Fen(line.limit_fen),
        valid_until=line.valid_until,
        max_tenor_months=line.max_tenor_months,
        min_draw_fen=policy.lines.min_draw_fen,
        self_payment_max_fen=policy.lines.self_payment_max_fen,
        purposes=tuple(PURPOSES[purpose] for purpose in product.purposes),
        ways=product.ways,
    )
