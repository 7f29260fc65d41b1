"""Links to go on on another device."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from app.presenters.handover import present_handover
from kyc.accounts.handover import MadeHandover

MADE = MadeHandover("mJ0cVv7uU1yq8zQ2", datetime(2026, 11, 29, tzinfo=UTC))


def test_the_token_stands_in_the_fragment_which_no_browser_sends() -> None:
    shown = present_handover(MADE, "https://kaihu.example/capture")
    assert shown.link == f"https://kaihu.example/capture#handover={MADE.token}"


def test_the_code_is_one_picture_without_script_style_or_anything_from_elsewhere() -> None:
    drawn = present_handover(MADE, "https://kaihu.example/capture").qr_svg
    assert set(re.findall(r"<(\w+)", drawn)) == {"svg", "path"}
    assert re.findall(r'(?:href|style|class|on\w+)="', drawn) == []
    assert re.findall(r'https?://[^"]+', drawn) == ["http://www.w3.org/2000/svg"]
