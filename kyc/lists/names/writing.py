"""In which writing a name stands for a listed one."""

from __future__ import annotations

from enum import StrEnum


class Writing(StrEnum):
    """How a name is written, the closest first."""

    SAME = "same"  # characters, simplified; blanks, dots, width, titles and legal forms aside
    ORDER = "order"  # the same characters in another order
    LETTERS = "letters"  # in Latin letters
    SOUND = "sound"  # other characters that sound alike
    LOOK = "look"  # other characters that look alike, or sound so
    NEAR_SOUND = "near_sound"  # sounds that speakers of some dialects do not tell apart
    PART = "part"  # a part of a name that has several
    ONE_MISSING = "one_missing"  # one character more or less
    ONE_CHANGED = "one_changed"  # one character is another
    WITHOUT_PLACE = "without_place"  # a firm without the place in its name
    BRANCH = "branch"  # a branch of a firm, which is no legal person of its own
    OTHER_PLACE = "other_place"  # a firm with another place in its name
    OTHER_NAME = "other_name"  # nothing of the name: only numbers agree
