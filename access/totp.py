"""Time-based one-time codes (RFC 6238) of staff: six ASCII digits, each used once."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

STEP_S = 30
ISSUER = "Kaihu"


def new_secret() -> str:
    """A fresh secret of 160 bits in base32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime, last_used: int) -> int | None:
    """The time step that a code belongs to: this one, or the one before (RFC 6238, 5.2).

    None for a wrong code, and for one that is not newer than the step that was used last.
    """
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_S
    given = code.encode()
    found = None
    for step in (present - 1, present):  # both are computed whatever the first comparison says
        if hmac.compare_digest(totp.generate_otp(step).encode(), given):
            found = step
    return found if found is not None and found > last_used else None


def enrolment_uri(secret: str, name: str) -> str:
    """The `otpauth://` address that an authenticator app is shown, once, as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)
