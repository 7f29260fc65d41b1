"""Money and rates as integers with a name."""

from __future__ import annotations

from typing import NewType

Fen = NewType("Fen", int)  # a hundredth of a yuan
BasisPoints = NewType("BasisPoints", int)  # a hundredth of a percent
