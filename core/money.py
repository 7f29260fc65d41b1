"""Money and rates as integers with a name."""

from __future__ import annotations

from typing import NewType

Fen = NewType("Fen", int)  # a hundredth of a yuan
FEN_A_YUAN = 100
BasisPoints = NewType("BasisPoints", int)  # a hundredth of a percent


def yuan(amount: Fen) -> str:
    """Whole yuan with separators, as `300,000`; fen below a yuan are cut off."""
    return f"{amount // FEN_A_YUAN:,}"
