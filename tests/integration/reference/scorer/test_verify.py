"""The contract tests find what is broken, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.serve import free_port
from reference.keys import public_text
from reference.scorer import verify as checks
from reference.scorer.asker import Asker, Breach
from reference.scorer.cli import scorer
from reference.scorer.verify import CHECKS, Finding, verify
from tests.support.broken_scorers import BROKEN, BrokenScorer
from tests.support.scorers import (
    CLIENT_KEY,
    SCORER_KEY,
    Change,
    ChangedScorer,
    reference_scorer,
    unchanged,
)
from tests.support.servers import served

FOREVER_S = 60.0


def asker_of(url: str) -> Asker:
    return Asker(url, CLIENT_KEY, SCORER_KEY.public_key())


def findings(folder: Path, change: Change, only: str | None = None) -> list[Finding]:
    with served(ChangedScorer(reference_scorer(folder), change)) as url:
        if only is None:
            return list(verify(asker_of(url)))
        with pytest.raises(Breach) as raised:
            CHECKS[only](asker_of(url))
        return [Finding(only, str(raised.value))]


def test_the_reference_scorer_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LONGEST_S", FOREVER_S)  # of a machine that does other things too
    found = findings(tmp_path, unchanged)
    assert [each.check for each in found] == list(CHECKS)
    assert [each for each in found if each.breach] == []


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_scorer_is_found(
    tmp_path: Path, broken: BrokenScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "TIMED", 3)
    (found,) = findings(tmp_path, broken.change, broken.found_by)
    assert found.breach


def test_every_check_finds_something() -> None:
    assert {broken.found_by for broken in BROKEN.values()} == set(CHECKS)
    assert len(BROKEN) >= 10


def test_a_scorer_that_is_away_keeps_nothing() -> None:
    asker = asker_of(f"http://127.0.0.1:{free_port()}")
    assert all(each.breach for each in verify(asker))


def test_the_command_tells_what_is_broken(tmp_path: Path) -> None:
    with served(ChangedScorer(reference_scorer(tmp_path), unchanged)) as url:
        key = public_text(SCORER_KEY.public_key())
        given = ["verify", url, "--public-key", key, "--keys", str(tmp_path / "asks")]
        shown = CliRunner().invoke(scorer, given)  # its key is nobody's that the scorer knows
    assert shown.exit_code == 1
    assert "asks as " in shown.output
    assert "without a valid signature" in shown.output or "401" in shown.output
