from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from reference.records.firms import DataDamaged, cut_to, read_firms
from reference.records.settings import RecordsSettings
from reference.settings import SettingInvalid
from tests.support.records import acquired

CODE = "92110101MA00000000"
LAST = date(2026, 11, 28)


def test_what_is_left_out_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "firms.json"
    path.write_text(json.dumps({CODE: {"reviews": {"as_of": "2026-11-28"}}}))
    firm = read_firms(path)[CODE]
    assert firm.registry is None
    assert firm.reviews is not None


@pytest.mark.parametrize("text", ["", "[]", '{"short": {}}', f'{{"{CODE}": {{"credit": 1}}}}'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "firms.json"
    path.write_text(text)
    with pytest.raises(DataDamaged, match=r"firms\.json"):
        read_firms(path)


def test_only_days_that_are_asked_for_are_told() -> None:
    whole = acquired(LAST, 60)
    cut = cut_to(whole, date(2026, 11, 20), date(2026, 12, 31))
    assert cut is not None
    assert (cut.first_day, cut.last_day) == (date(2026, 11, 20), LAST)
    assert [each.day.day for each in cut.days] == list(range(20, 29))
    assert cut_to(whole, date(2026, 12, 1), date(2026, 12, 31)) is None


def test_settings_have_defaults(tmp_path: Path) -> None:
    settings = RecordsSettings.read({"RECORDS_FOLDER": str(tmp_path)})
    assert settings.data == tmp_path / "firms.json"
    assert settings.clients == tmp_path / "clients"
    with pytest.raises(SettingInvalid, match="RECORDS_PORT"):
        RecordsSettings.read({"RECORDS_PORT": "0"})
