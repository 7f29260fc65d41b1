"""What packages do when a consent ends: each registers it, none is named here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from privacy.kinds import ConsentKind
from storage.context import Context

# Called in the withdrawal's transaction with the onboarding that the consent was given for.
Withdrawn = Callable[[Context, UUID], None]


class WithdrawalRegistry:
    """Handlers by the kind of consent that ended."""

    def __init__(self) -> None:
        self._handlers: dict[ConsentKind, list[Withdrawn]] = {}

    def register(self, kind: ConsentKind, handler: Withdrawn) -> None:
        """Have a handler called when a consent of this kind is withdrawn."""
        self._handlers.setdefault(kind, []).append(handler)

    def handlers(self, kind: ConsentKind) -> tuple[Withdrawn, ...]:
        """What is to be done for a kind, in the order of registration."""
        return tuple(self._handlers.get(kind, ()))


WITHDRAWALS = WithdrawalRegistry()
