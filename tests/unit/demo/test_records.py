from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from demo.personas import NOODLES, OWNER
from demo.records import demo_firms
from loans.policy import LoanPolicy
from loans.sources.record_pieces import OnPaper, StatusWords, registry_differences
from loans.sources.records import RegistryRecord
from reference.records.firms import read_firms
from tests.support.policy import POLICY

TODAY = date(2026, 11, 29)


def test_the_service_reads_what_the_demo_tells_of_its_firms(tmp_path: Path) -> None:
    path = tmp_path / "firms.json"
    path.write_text(json.dumps(demo_firms(TODAY)))
    firm = read_firms(path)[NOODLES.code]
    assert firm.acquiring is not None
    assert firm.reviews is not None
    assert firm.registry is not None
    record = RegistryRecord.model_validate(firm.registry.model_dump())
    rules = POLICY.section(LoanPolicy).known_by.records
    paper = OnPaper(OWNER.name, OWNER.number, NOODLES.name)
    words = StatusWords(rules.operating, rules.ending)
    assert registry_differences(record, paper, words) == ()
