"""A sandbox reaches nothing that is used in earnest."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import ELSEWHERE, Settings

VALUES: dict[str, Any] = {
    "database_url": "postgresql+psycopg://localhost/kaihu",
    "keys_url": "sqlite:///keys.sqlite",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_sandbox_keeps_all_below_its_own_folder(name: str) -> None:
    elsewhere = {name: VALUES.get(name, "somewhere")}
    Settings(**elsewhere)
    with pytest.raises(ValidationError, match=f"unset KAIHU_{name.upper()}"):
        Settings(sandbox=True, **elsewhere)


def test_a_sandbox_has_root_keys_of_its_own() -> None:
    with pytest.raises(ValidationError, match="keys of its own"):
        Settings(sandbox=True, keys_provider="environment")
