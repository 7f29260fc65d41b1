from __future__ import annotations

import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reference.scorer.card import read_card
from reference.scorer.cli import scorer
from reference.scorer.fit import FIT_PYTHON
from reference.scorer.settings import SHIPPED_CARDS


def run(*given: object) -> Result:
    return CliRunner().invoke(scorer, [str(each) for each in given])


def written(path: Path, mean: float) -> Path:
    source = random.Random(1)
    rows = [f"{max(source.gauss(mean, 20), 0):.0f},{source.choice('FHA')}" for _ in range(500)]
    path.write_text("\n".join(["months_in_business,industry", *rows]))
    return path


def test_drift_is_told_and_an_alarm_fails(tmp_path: Path) -> None:
    before, after = written(tmp_path / "before.csv", 60), written(tmp_path / "after.csv", 20)
    card = SHIPPED_CARDS / "thin.toml"
    steady = run("drift", "--reference", before, "--recent", before, "--card", card)
    assert steady.exit_code == 0
    assert "alarm" not in steady.output
    moved = run("drift", "--reference", before, "--recent", after, "--card", card)
    assert moved.exit_code == 1
    assert "months_in_business" in moved.output.splitlines()[0] + moved.output.splitlines()[1]
    assert "points" in moved.output


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("months_in_business\n")
    told = run("drift", "--reference", empty, "--recent", empty)
    assert told.exit_code == 1
    assert "no rows" in told.output


def fit(data: Path, out: Path, *more: object) -> Result:
    about = ["--name", "made-up", "--source", "drawn", "--licence", "none", "--period", "2026"]
    return run("fit", "--data", data, "--target", "bad", "--out", out, *about, *more)


def loans(path: Path) -> Path:
    source = random.Random(1)
    rows = []
    for _ in range(600):
        months, section = source.randrange(120), source.choice("AF")
        risk = 0.5 - 0.004 * months + (0.1 if section == "F" else 0)
        rows.append(f"{months},{section},{int(source.random() < risk)}")
    path.write_text("\n".join(["months,section,bad", *rows]))
    return path


def test_without_its_environment_fitting_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference.scorer.fit.FIT_PYTHON", tmp_path / "none")
    told = fit(loans(tmp_path / "loans.csv"), tmp_path / "card.toml")
    assert told.exit_code == 1
    assert "make fit-env" in told.output


@pytest.mark.skipif(not FIT_PYTHON.exists(), reason="no environment of fitting: make fit-env")
def test_a_card_is_fitted_and_serves(tmp_path: Path) -> None:
    out = tmp_path / "card.toml"
    told = fit(loans(tmp_path / "loans.csv"), out, "--rising", "months")
    assert told.exit_code == 0, told.output
    card = read_card(out)
    assert card.assess({"months": 100}).pd_12m < card.assess({"months": 3}).pd_12m
    assert card.data.rows == 600
    assert "AUC" in out.with_suffix(".md").read_text("utf-8")
