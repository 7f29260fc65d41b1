"""Whether what is bought is of the trade that buys it, by declarations written for it. Pure.

A purchase fits where its meaning is near that of the name and the scope of the business, nearer
than either usually is to any other; some directions of meaning count more than others, and there
are things that everybody buys. Logistic regression on the vectors of `vectors.py` weighs this.

`tools/fit_classifiers.py` makes `fitted/purchases.npz` from `tools/examples/declarations/`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from loans.profile.classifier import FOLDER, Floats
from loans.profile.firm_names import trade_part
from loans.profile.vectors import Vectors, fitted_vectors

FILE = FOLDER / "purchases.npz"
# Scales of the features, which say how freely the fit may use each: how near two vectors are, in
# which directions, and what is bought whoever buys it.
NEAR, ALONG, BOUGHT = 7.0, 20.0, 3.0
PAYEES = "；"  # between them, as in the examples


@dataclass(frozen=True)
class Purchase:
    """A business and what it buys, as vectors of length one."""

    business: Floats
    whole: Floats  # the purpose and who is paid
    purpose: Floats
    payees: Floats

    @property
    def bought(self) -> tuple[Floats, Floats, Floats]:
        """What is compared with the business."""
        return self.whole, self.purpose, self.payees


@dataclass(frozen=True)
class Usual:
    """The means of purchases that fit, from which nearness is measured; `bought` is (3, size)."""

    business: Floats
    bought: Floats


@dataclass(frozen=True)
class PurchaseReader:
    """What was fitted: `weights` of the features, and their `offset`."""

    vectors: Vectors
    usual: Usual
    weights: Floats
    offset: float

    def share_of_another(self, business: str, purpose: str, payees: Sequence[str]) -> float:
        """How probable it is that another trade buys this, 0..1.

        `business` is as `business_text` writes it.
        """
        return self.share_of(purchase_of(self.vectors, business, purpose, payees))

    def share_of(self, purchase: Purchase) -> float:
        """Likewise, of a purchase as vectors."""
        score = float(features(purchase, self.usual) @ self.weights) + self.offset
        return 1.0 / (1.0 + math.exp(-score))


def business_text(name: str, scope: str) -> str:
    """What says the trade of a business: its name without place and form, and its scope."""
    return f"{trade_part(name)} {scope}"


def purchase_of(vectors: Vectors, business: str, purpose: str, payees: Sequence[str]) -> Purchase:
    """A purchase as vectors."""
    paid = PAYEES.join(payees)
    return Purchase(
        business=vectors.of(business),
        whole=vectors.of(f"{purpose} {paid}"),
        purpose=vectors.of(purpose),
        payees=vectors.of(paid),
    )


def usual_of(purchases: Sequence[Purchase]) -> Usual:
    """The means of some purchases."""
    business = np.mean([each.business for each in purchases], axis=0)
    return Usual(business, np.mean([each.bought for each in purchases], axis=0))


def features(purchase: Purchase, usual: Usual) -> Floats:
    """What the regression weighs, float32: 3 + 3 times the size of the vectors."""
    near = [
        bought @ purchase.business - bought @ usual.business - purchase.business @ mean
        for bought, mean in zip(purchase.bought, usual.bought, strict=True)
    ]
    along = ALONG * purchase.business * purchase.whole
    own = np.concatenate([purchase.purpose, purchase.payees]) * BOUGHT
    return np.concatenate([np.array(near, np.float32) * NEAR, along, own])


@cache
def fitted_purchases() -> PurchaseReader:
    """The reader of `fitted/`. Raises FileNotFoundError."""
    with np.load(FILE, allow_pickle=False) as arrays:
        return PurchaseReader(
            fitted_vectors(),
            Usual(arrays["usual_business"], arrays["usual_bought"]),
            arrays["weights"],
            float(arrays["offset"]),
        )


def made_of() -> str:
    """The hash of the texts that the reader of `fitted/` was fitted to."""
    with np.load(FILE, allow_pickle=False) as arrays:
        return str(arrays["made_of"])
