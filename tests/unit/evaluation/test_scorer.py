from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evaluation.scorer import TOLD, evaluate_scorer, german_loans, invoice_firms, sba_loans
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


def test_firms_are_seen_through_their_invoices(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "firms.csv").write_text("firm,rating,default\nE1,A,0\nE2,D,1\n")
    rows = [
        "firm,side,number,date,party,net,tax,gross,void",
        "E1,out,1,2019-01-05,B1,90,10,100,0",
        "E1,out,2,2019-02-05,B2,270,30,300,0",
        "E1,out,3,2019-02-06,B2,90,10,100,1",
        "E1,in,4,2019-01-05,S1,180,20,200,0",
    ]
    with gzip.open(tmp_path / "firms-invoices.csv.gz", "wt") as file:
        file.write("\n".join(rows))
    shown = invoice_firms(tmp_path).row(0)
    assert shown["sales_a_month"] == 200
    assert shown["months"] == 2
    assert shown["buyers"] == 2
    assert shown["void_share"] == pytest.approx(1 / 3)
    assert shown["purchases_to_sales"] == 0.5
    assert shown["last_to_first_year"] == 3
    assert invoice_firms(tmp_path).row(1)["sales_a_month"] == 0  # no invoice at all


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
