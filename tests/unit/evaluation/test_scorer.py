from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evaluation.scorer import TOLD, evaluate_scorer, german_loans, sba_loans
from reference.scorer.fit import Bins, Column

SBA = "NAICS,NoEmp,NewExist,CreateJob,RetainedJob,FranchiseCode,UrbanRural,LowDoc,GrAppv,Portion"
SBA += ",RealEstate,Term,ApprovalFY,BankState,RevLineCr,default\n"
AFTERWARDS = {"term", "approval_fy", "year", "bank", "bank_state", "rev_line_cr"}


def test_what_is_known_afterwards_is_no_input(tmp_path: Path) -> None:
    path = tmp_path / "sba.csv"
    path.write_text(SBA + "531110,0,1,2,3,1,2,N,30000,0.5,0,240,2006,CA,Y,1\n")
    table, years = sba_loans(path)
    assert not AFTERWARDS & set(table.columns)
    assert table.row(0)["amount_an_employee"] == 30_000  # nobody employed divides by one
    assert table.row(0)["industry"] == "5311"
    assert list(years) == [2006]
    assert list(table.defaults) == [1]


def test_sex_age_and_citizenship_are_no_inputs(tmp_path: Path) -> None:
    path = tmp_path / "german.csv"
    path.write_text(
        "purpose,duration,age_in_years,foreign_worker,personal_status_and_sex,default\n"
        "car,12,40,yes,female : divorced,0\n"
    )
    assert german_loans(path).columns == {"purpose": ["car"], "duration": [12.0]}


def test_without_the_environment_of_fitting_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.scorer.FIT_PYTHON", tmp_path / "none")
    figures = evaluate_scorer(tmp_path)
    assert all(figures[name] is None for name in TOLD)
    assert "make fit-env" in figures["sba.auc.why"]


def quartiles(columns: Sequence[Column]) -> list[Bins]:
    found: list[Bins] = []
    for column in columns:
        if column.kind == "number":
            cuts = np.unique(np.quantile(np.array(column.values, float), [0.25, 0.5, 0.75]))
            found.append([float(cut) for cut in cuts])
        else:
            found.append([[word] for word in sorted({str(value) for value in column.values})])
    return found


def test_every_figure_is_told(evaluation_data: Path) -> None:
    figures = evaluate_scorer(evaluation_data, quartiles)
    assert set(TOLD) < set(figures)
    assert 0.7 < figures["sba.auc"] < 0.85
    assert 0.02 < figures["sba.ece_of_the_truth"] < 0.04
    assert figures["sba.late_ece_recalibrated"] < figures["sba.late_ece"]
