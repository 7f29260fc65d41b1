"""What words and examples weigh in reading a business's industry; from the policy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from typing import Annotated

from pydantic import Field

from core.policy import Part

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
ByPlace = Annotated[tuple[Weight, ...], Field(min_length=1)]  # later items as the last


class WordWeights(Part):
    """What words of a name and a scope weigh.

    A name is chosen for the business, a scope lists what may be done besides: a clear trade word
    of a `name` outweighs a scope's first item, a broad one (商贸) does so just, a vague one (科技)
    does not. `generic` items end many scopes. Of a division's words the strongest counts, and of
    what the others add the share `further`. Below `least` nothing is known; a section is sure from
    `sure_score` and `sure_share` of all on.
    """

    name: Weight
    broad_name: Weight
    vague_name: Weight
    items: ByPlace
    generic: Weight
    further: Share
    least: Weight
    sure_score: Weight
    sure_share: Share


class ExampleWeights(Part):
    """What a classifier's answers weigh: of a `name`, and of a whole `scope`, by the items' place.

    An item that is answered with `clear` confidence is of a division by itself; where the clearest
    answer is below `least` nothing is said.
    """

    name: Weight
    scope: Weight
    items: ByPlace
    clear: Share
    least: Share


class IndustryRules(Part):
    """How both are put together: `words_share` is the words' share of what both say."""

    words_share: Share
    words: WordWeights
    examples: ExampleWeights


# In the code before 2026-11-29.15.
_ITEMS = (2.0, 1.2, 0.9, 0.7, 0.6, 0.5)
IN_CODE = IndustryRules(
    words_share=0.4,
    words=WordWeights(
        name=4.0,
        broad_name=2.5,
        vague_name=0.5,
        items=_ITEMS,
        generic=0.15,
        further=0.3,
        least=0.5,
        sure_score=3.0,
        sure_share=0.65,
    ),
    examples=ExampleWeights(name=4.0, scope=1.0, items=_ITEMS, clear=0.5, least=0.25),
)


def by_place(items: ByPlace) -> Iterator[float]:
    """What each item of a scope weighs, without end."""
    return chain(items, repeat(items[-1]))
