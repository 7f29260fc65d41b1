from __future__ import annotations

from pathlib import Path

import pytest

from app.serve import Service, free_port
from app.settings import Settings
from demo.server import SHOWN_LINES, Server, ServerFailed


class DeadService(Service):
    """A service whose web process died before it served anything."""

    def __init__(self) -> None:
        """Start nothing."""

    def ended(self) -> list[str]:
        """What died."""
        return ["web"]


def test_a_process_that_dies_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    lines = [f"line {number}" for number in range(2 * SHOWN_LINES)]
    asked = ['{"route": "/api/v1/ready", "status": 503}'] * SHOWN_LINES
    log.write_text("\n".join([*lines, *asked]))
    settings = Settings(var=tmp_path, port=free_port())
    with pytest.raises(ServerFailed) as failed:
        Server(settings, DeadService(), log).await_ready()
    text = str(failed.value)
    assert "web" in text
    assert str(log) in text
    assert f"line {2 * SHOWN_LINES - 1}" in text
    assert f"line {SHOWN_LINES - 1}\n" not in text
