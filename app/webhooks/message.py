"""A message as it is sent: Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.actions import Action
from audit.models import AuditEvent

PREFIX = "whsec_"


@dataclass(frozen=True)
class Message:
    """One event; `id` is the audit event's, the same however often it is tried."""

    id: UUID
    body: bytes

    def signed(self, secret: str, at: datetime) -> dict[str, str]:
        """Its headers: id, time and HMAC-SHA256 of both and the body."""
        moment = str(int(at.timestamp()))
        key = base64.b64decode(secret.removeprefix(PREFIX))
        content = b".".join([str(self.id).encode(), moment.encode(), self.body])
        signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
        return {
            "webhook-id": str(self.id),
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{signature}",
            "content-type": "application/json",
        }


def message_of(event: AuditEvent) -> Message:
    """What happened to which onboarding or account, nothing of the person."""
    facts = {"type": event.action, "timestamp": event.at.isoformat(), "data": _data(event)}
    return Message(event.id, json.dumps(facts, separators=(",", ":")).encode())


def _data(event: AuditEvent) -> dict[str, str]:
    if event.action == Action.CONTACT_MADE:
        told = {name: str(event.data[name]) for name in ("channel", "product", "not_after")}
        return {"contact": event.subject, "account": str(event.applicant_id), **told}
    return {"onboarding": str(event.onboarding_id), "decision": event.data["decision"]}
