"""State machines: whatever writes a state goes through `Transitions.move`.

A step that is not declared is a defect and fails its transaction. Races are met by row versions
and locks: of two requests one finds the state already moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)


class ForbiddenTransition(Exception):
    """A state was to follow one that it may not follow."""


@dataclass(frozen=True)
class Transitions(Generic[State]):
    """The states of one attribute: which are first, and which may follow which."""

    first: tuple[State, ...]
    steps: Mapping[State, tuple[State, ...]]
    attribute: str = "state"

    def begin(self, row: object, state: State) -> None:
        """Give a row its first state. Raises `ForbiddenTransition`."""
        if state not in self.first or getattr(row, self.attribute) is not None:
            raise ForbiddenTransition(f"{getattr(row, self.attribute)} to {state}, as the first")
        setattr(row, self.attribute, state)

    def move(self, row: object, state: State) -> None:
        """Move a row on. Raises `ForbiddenTransition` when `state` may not follow its state."""
        now = getattr(row, self.attribute)
        if now is None or state not in self.steps[now]:
            raise ForbiddenTransition(f"{now} to {state}")
        setattr(row, self.attribute, state)

    def may_move(self, row: object, state: State) -> bool:
        """Whether `move` would succeed."""
        now = getattr(row, self.attribute)
        return now is not None and state in self.steps[now]

    def diagram(self) -> str:
        """The steps as a Mermaid state diagram."""
        rows = ["stateDiagram-v2", *(f"    [*] --> {state}" for state in self.first)]
        for state, following in self.steps.items():
            rows += [f"    {state} --> {after}" for after in following]
            rows += [] if following else [f"    {state} --> [*]"]
        return "\n".join(rows)
