"""What packages do when an onboarding is approved: each registers it, none is named here."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from storage.context import Context

# Called in the approval's transaction with the account, which is locked.
Approved = Callable[[Context, UUID], None]


class ApprovalRegistry:
    """The handlers of all packages, in the order of registration."""

    def __init__(self) -> None:
        self._handlers: list[Approved] = []

    def register(self, handler: Approved) -> None:
        """Have a handler called when an onboarding of an account is approved."""
        self._handlers.append(handler)

    def tell(self, context: Context, applicant_id: UUID) -> None:
        """An onboarding of an account is approved: by rules, or by people."""
        for handler in self._handlers:
            handler(context, applicant_id)


APPROVALS = ApprovalRegistry()
