"""By which keys two persons or firms are brought together, before they are compared.

Two that share no key are not compared: each key is an index, so that a question does not grow with
the list. Kept in a database, keys are blind indexes.
"""

from __future__ import annotations

from kyc.lists.names.judge import Firm, Person
from kyc.lists.names.sounds import letters_of


def person_keys(person: Person) -> frozenset[str]:
    """Characters and letters in any order; the birth date; the end of the number."""
    found = set()
    for name in person.names:
        found |= {f"letters:{letters_of(spelling)}" for spelling in name.spellings}
        if not name.is_latin:
            found.add(f"characters:{''.join(sorted(name.whole))}")
    if person.born is not None:
        found.add(f"born:{person.born.isoformat()}")
    if person.number_end:
        found.add(f"number:{person.number_end}")
    return frozenset(found)


def firm_keys(firm: Firm) -> frozenset[str]:
    """The name proper, and the code."""
    found = set()
    if firm.name is not None:
        found.add(f"firm:{firm.name.characters}")
    if firm.code:
        found.add(f"code:{firm.code}")
    return frozenset(found)
