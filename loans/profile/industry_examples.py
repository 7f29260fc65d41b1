"""What names and scopes that are written alike say of a business: a classifier's answer. Pure.

It was fitted to scope items as the registry words them and to names of firms and shops, each
labelled with a division, and to brands that say nothing (`tools/examples/firms/`). It knows no
rule, and reads what no rule knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from loans.profile.classifier import fitted
from loans.profile.industry_rules import ExampleWeights, by_place
from loans.profile.lexicon import shares

CLASSIFIER = "firms"
SAYS_NOTHING = "none"  # the label of brands


def by_examples(
    named: Mapping[str, float], items: Sequence[Mapping[str, float]], rules: ExampleWeights
) -> dict[str, float]:
    """Shares of divisions by those of a name's trade and of a scope's items, in their order.

    What is answered with more confidence weighs more. Empty where nothing is answered with any.
    """
    found: dict[str, float] = defaultdict(float)
    if max(map(_confidence, (named, *items))) < rules.least:
        return {}
    _add(found, named, rules.name * _confidence(named))
    places = zip(by_place(rules.items), items, strict=False)
    weights = [weight * _confidence(said) for weight, said in places]
    for weight, said in zip(weights, items, strict=True):
        _add(found, said, rules.scope * weight / (sum(weights) or 1.0))
    return shares(found)


def clear_divisions(items: Sequence[Mapping[str, float]], clear: float) -> Iterator[str]:
    """The divisions that single items of a scope are of, with confidence from `clear` on."""
    for said in items:
        if _confidence(said) >= clear:
            yield next(iter(said))


def divisions_of(text: str) -> dict[str, float]:
    """Shares of divisions, which sum to less than one where a text may say nothing."""
    said = fitted(CLASSIFIER).shares(text)
    return {division: share for division, share in said.items() if division != SAYS_NOTHING}


def _confidence(said: Mapping[str, float]) -> float:
    return max(said.values(), default=0.0)


def _add(found: dict[str, float], said: Mapping[str, float], weight: float) -> None:
    for division, share in said.items():
        found[division] += weight * share
