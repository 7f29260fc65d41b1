"""Codes reach the outbox, and nobody else can read it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from app.codes import CodeSender, OutboxSender, SenderUnavailable


def test_codes_are_written_for_the_owner_of_the_server_alone(tmp_path: Path) -> None:
    outbox = tmp_path / "codes.jsonl"
    sender: CodeSender = OutboxSender(outbox)
    sender.send("13800000001", "000123")
    sender.send("13800000002", "999999")
    lines = [json.loads(line) for line in outbox.read_text().splitlines()]
    assert lines[0] == {"phone": "13800000001", "code": "000123"}
    assert len(lines) == 2
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o600


def test_an_outbox_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SenderUnavailable):
        OutboxSender(tmp_path / "none" / "codes.jsonl").send("13800000001", "000123")
