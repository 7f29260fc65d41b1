"""What names and scopes that are written alike say of a business: a classifier's answer. Pure.

It was fitted to scope items as the registry words them and to names of firms and shops, each
labelled with a division, and to brands that say nothing (`tools/examples/firms/`). It knows no
rule, and reads what no rule knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat

from loans.profile.classifier import fitted
from loans.profile.lexicon import shares

CLASSIFIER = "firms"
SAYS_NOTHING = "none"  # the label of brands
# Weights: a clear name says four times what a scope does; of a scope the first items say most.
_NAME, _SCOPE = 4.0, 1.0
_CLEAR = 0.5  # confidence in an item, from which it says a division by itself
_LEAST = 0.25  # confidence in the clearest of them, below which nothing is said
_ITEMS = (2.0, 1.2, 0.9, 0.7, 0.6, 0.5)  # by place; later items as the last


def by_examples(
    named: Mapping[str, float], items: Sequence[Mapping[str, float]]
) -> dict[str, float]:
    """Shares of divisions by those of a name's trade and of a scope's items, in their order.

    What is answered with more confidence weighs more. Empty where nothing is answered with any.
    """
    found: dict[str, float] = defaultdict(float)
    if max(map(_confidence, (named, *items))) < _LEAST:
        return {}
    _add(found, named, _NAME * _confidence(named))
    weights = [weight * _confidence(said) for weight, said in zip(_places(), items, strict=False)]
    for weight, said in zip(weights, items, strict=True):
        _add(found, said, _SCOPE * weight / (sum(weights) or 1.0))
    return shares(found)


def clear_divisions(items: Sequence[Mapping[str, float]]) -> Iterator[str]:
    """The divisions that single items of a scope are of, where that is clear."""
    for said in items:
        if _confidence(said) >= _CLEAR:
            yield next(iter(said))


def _places() -> Iterator[float]:
    """What an item weighs by its place."""
    return chain(_ITEMS, repeat(_ITEMS[-1]))


def divisions_of(text: str) -> dict[str, float]:
    """Shares of divisions, which sum to less than one where a text may say nothing."""
    said = fitted(CLASSIFIER).shares(text)
    return {division: share for division, share in said.items() if division != SAYS_NOTHING}


def _confidence(said: Mapping[str, float]) -> float:
    return max(said.values(), default=0.0)


def _add(found: dict[str, float], said: Mapping[str, float], weight: float) -> None:
    for division, share in said.items():
        found[division] += weight * share
