"""What business a licence shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

UNKNOWN = "unknown"


def industry_of(name: str, scope: str, words: Mapping[str, Sequence[str]]) -> str:
    """The industry whose words come first in the name, then in the scope; or `UNKNOWN`.

    `words` are those of each industry, from the policy.
    """
    for text in (name, scope):
        places = {
            industry: min((at for word in known if (at := text.find(word)) >= 0), default=-1)
            for industry, known in words.items()
        }
        shown = {industry: at for industry, at in places.items() if at >= 0}
        if shown:
            return min(shown, key=shown.__getitem__)
    return UNKNOWN
