"""Single characters corrected where a text can only be an entry of a closed vocabulary.

A recogniser that doubts a character often takes it for one that looks alike: 版 for 服. One that
it does not know it takes for another without doubt: 浉 for 狮. What the characters around it leave
open is told by the vocabulary; nothing else is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ocr.extraction.mistaken_characters import is_taken_for

DOUBTED = 0.95  # of a character's probability: below, it may be another one
LENGTH_OF_ONE = 6  # characters of an entry for each pair of characters that may be mistaken


def corrected(text: str, confidences: Sequence[float], entries: Collection[str]) -> str | None:
    """The one entry that a text is but for doubted or unknown characters, if there is one.

    Entries are as long as the text and differ in one character, long ones in one of six. A
    character that is taken for another one several times counts once. None where several are near,
    and for an entry itself.
    """
    if text in entries:
        return None
    near = [entry for entry in entries if _is_near(text, confidences, entry)]
    return near[0] if len(near) == 1 else None


def _is_near(text: str, confidences: Sequence[float], entry: str) -> bool:
    if len(text) != len(entry):
        return False
    wrong = [at for at in range(len(text)) if text[at] != entry[at]]
    doubted = [at for at in wrong if not is_taken_for(entry[at], text[at])]
    pairs = {(text[at], entry[at]) for at in wrong}
    allowed = max(1, len(text) // LENGTH_OF_ONE)
    known = len(text) - len(doubted)
    return (
        len(pairs) <= allowed
        and 2 * known > len(text)
        and all(confidences[at] < DOUBTED for at in doubted)
    )
