from __future__ import annotations

from pathlib import Path

import pytest

from reference.scorer.settings import SHIPPED_CARDS, ScorerSettings
from reference.settings import SettingInvalid


def test_settings_have_defaults(tmp_path: Path) -> None:
    settings = ScorerSettings.read({"SCORER_FOLDER": str(tmp_path)})
    assert settings.cards == SHIPPED_CARDS
    assert settings.clients == tmp_path / "clients"
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize("port", ["", "0", "65536", "-1", "http"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SettingInvalid):
        ScorerSettings.read({"SCORER_PORT": port})
