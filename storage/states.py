"""What may become of an onboarding and of its evidence, in one place.

Whatever writes a state goes through `move`; a step that is not written here is a defect and
fails its transaction. Races are met by row versions and locks: of two requests one finds the
state already moved.
"""

from __future__ import annotations

from typing import Protocol

Steps = dict[str, tuple[str, ...]]

ONBOARDING: Steps = {
    "open": ("decided",),
    "decided": (),
}
EVIDENCE: Steps = {
    "analysing": ("accepted", "review", "retry", "declined", "superseded"),
    "accepted": ("superseded",),
    "review": ("accepted", "declined", "superseded"),
    "retry": (),
    "declined": (),
    "superseded": (),
}
CALL: Steps = {
    "asked": ("analysing", "rejected"),
    "analysing": ("verified", "unsure", "rejected", "again"),
    "verified": (),
    "unsure": (),
    "rejected": (),
    "again": (),
}


class Stateful(Protocol):
    state: str


class ForbiddenStep(Exception):
    """A state was to follow one that it may not follow."""


def move(thing: Stateful, to: str, steps: Steps) -> None:
    """Raises `ForbiddenStep` when `to` may not follow the thing's state."""
    if to not in steps[thing.state]:
        raise ForbiddenStep(f"{thing.state} to {to}")
    thing.state = to


def diagram(steps: Steps) -> str:
    """The steps as a Mermaid state diagram."""
    first = next(iter(steps))
    rows = ["stateDiagram-v2", f"    [*] --> {first}"]
    for state, following in steps.items():
        rows += [f"    {state} --> {after}" for after in following]
        rows += [] if following else [f"    {state} --> [*]"]
    return "\n".join(rows)
