from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.settings import ROOT
from benchmarks.cli import bench
from benchmarks.parts import BENCHMARKS
from evaluation.cli import calibrate, evaluate, gallery
from evaluation.options import DATA_VARIABLE
from evaluation.parts import CALIBRATIONS, EVALUATIONS


def test_every_kept_run_is_of_a_part() -> None:
    kept = [
        command
        for file in ("evaluation/baseline.json", "benchmarks/baseline.json")
        for command in json.loads((ROOT / file).read_text("utf-8"))
    ]
    known = [f"evaluate {part}" for part in EVALUATIONS]
    known += [f"calibrate {part}" for part in CALIBRATIONS]
    known += [f"bench {part}" for part in BENCHMARKS]
    assert set(kept) <= set(known)


def test_help_names_every_part() -> None:
    for command, parts in ((evaluate, EVALUATIONS), (calibrate, CALIBRATIONS), (bench, BENCHMARKS)):
        shown = "".join(CliRunner().invoke(command, ["--help"]).output.split())  # it is wrapped
        assert all(part in shown for part in parts)


def test_a_folder_of_data_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "none"))
    result = CliRunner().invoke(gallery, [str(tmp_path / "page.html")])
    assert result.exit_code == 1
    assert "use --data" in result.output
