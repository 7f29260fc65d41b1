"""What packages do when a consent or an account ends: each registers it, none is named here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True)
class ErasureHandler:
    """What one package does when an account is closed, and later when its records go.

    `require` raises where the account cannot be closed now. `records_until` is until when
    records of this account have to be kept, None where none have. `close` destroys everything else,
    `erase` the records.
    """

    require: Callable[[Context, UUID], None] = lambda _context, _applicant_id: None
    records_until: Callable[[Context, UUID], datetime | None] = lambda _context, _applicant_id: None
    close: Callable[[Context, UUID], None] = lambda _context, _applicant_id: None
    erase: Callable[[Context, UUID], None] = lambda _context, _applicant_id: None


class ErasureRegistry:
    """The handlers of all packages, in the order of registration."""

    def __init__(self) -> None:
        self.handlers: list[ErasureHandler] = []

    def register(self, handler: ErasureHandler) -> None:
        """Have a handler called when an account is closed and erased."""
        self.handlers.append(handler)


ERASURES = ErasureRegistry()
