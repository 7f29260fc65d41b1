"""A message as it is sent: Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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
    """The onboarding and its decision, nothing of the person."""
    facts = {
        "type": event.action,
        "timestamp": event.at.isoformat(),
        "data": {"onboarding": str(event.onboarding_id), "decision": event.data["decision"]},
    }
    return Message(event.id, json.dumps(facts, separators=(",", ":")).encode())
