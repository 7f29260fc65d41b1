"""Links to go on on another device, and the sessions that come of them."""

from __future__ import annotations

import io

import segno

from app.schemas.handovers import (
    HandoverOwnerResponse,
    HandoverResponse,
    HandoverSessionResponse,
)
from kyc.accounts.handover import HandedOver, MadeHandover, ShownHandover


def present_handover(made: MadeHandover, page: str) -> HandoverResponse:
    """The link to a page, and its QR code.

    The token stands in the fragment, which no browser sends to a server.
    """
    link = f"{page}#handover={made.token}"
    return HandoverResponse(link=link, qr_svg=_drawn(link), expires_at=made.expires_at)


def present_owner(shown: ShownHandover) -> HandoverOwnerResponse:
    """Whose onboarding it is, masked."""
    return HandoverOwnerResponse.model_validate(shown)


def present_session(handed: HandedOver) -> HandoverSessionResponse:
    """What the other device signs its requests with."""
    tokens = handed.tokens
    return HandoverSessionResponse(
        access=tokens.access,
        refresh=tokens.refresh,
        expires_in=tokens.expires_in,
        onboarding_id=handed.onboarding_id,
    )


def _drawn(link: str) -> str:
    file = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        file, kind="svg", xmldecl=False, omitsize=True, light="#fff", svgclass=None, lineclass=None
    )
    return file.getvalue().decode()
