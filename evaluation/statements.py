"""`kaihu evaluate statements`: rows of labelled statements, and what must be told of the files.

A row is right when its time (as exact as the file has it), its amount and its direction are. Truth
and rows are paired by their line, and those left over by what they say. A wrong or lost row is told
where its file has told a fault: a refusal, a refused row, a balance that breaks, a total off.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.policy import Policy
from evaluation.made_statements import write_csv
from evaluation.report import Figures
from loans.policy import LoanPolicy
from loans.sources.holder import is_holder
from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.refusal import StatementRefused
from loans.sources.readers.statement import read_statement
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement

FOLDER = "loans/statements"
TOLD_APART = {RowKind.REFUND, RowKind.TRANSFER, RowKind.CLOSED}
SPEED_ROWS = 100_000
Truth = Mapping[str, Any]


def evaluate_statements(data: Path, policy: Policy) -> Figures:
    """Shares of rows and files read right; the same of real layouts and of drawn files apart."""
    limits = policy.section(LoanPolicy).statement_limits
    folder = data / FOLDER
    truths: dict[str, Truth] = json.loads((folder / "truth.json").read_text("utf-8"))
    read = [_Read.of(folder, name, truth, limits) for name, truth in truths.items()]
    real = [one for one in read if one.truth["origin"] != "drawn"]
    drawn = [one for one in read if one.truth["origin"] == "drawn"]
    groups = {"": read, "real.": real, "drawn.": drawn}
    figures = {
        f"{group}{name}": value
        for group, files in groups.items()
        for name, value in _figures(files).items()
    }
    return {
        "n": len(read),
        **figures,
        **{f"{name}.why": "no such file" for name, value in figures.items() if value is None},
        "mb_s": _megabytes_a_second(limits),
        "not_whole": " ".join(one.name for one in read if one.counts and not one.whole) or "none",
    }


@dataclass(frozen=True)
class _Read:
    """A file, its truth, what was read of it, and which rows stand for which."""

    name: str
    truth: Truth
    statement: Statement | None  # None: refused
    pairs: Sequence[tuple[Truth, Row | None]]
    invented: int

    @classmethod
    def of(cls, folder: Path, name: str, truth: Truth, limits: StatementLimits) -> _Read:
        try:
            statement = read_statement(
                folder / name, Path(name).name, truth.get("password"), limits
            )
        except StatementRefused:
            return cls(name, truth, None, [(row, None) for row in truth["rows"]], 0)
        pairs, left = paired(truth["rows"], statement.rows)
        return cls(name, truth, statement, pairs, len(left))

    @property
    def counts(self) -> bool:
        """Whether the file's rows count: it has to be read, or may be and was."""
        expected = self.truth["expect"]
        return expected == "read" or (expected == "either" and self.statement is not None)

    @property
    def wrong(self) -> int:
        """Rows of truth that are lost or that are read otherwise."""
        return sum(row is None or not is_right(truth, row) for truth, row in self.pairs)

    @property
    def whole(self) -> bool:
        """Whether every row is right and none is invented."""
        return not self.wrong and not self.invented

    @property
    def told(self) -> bool:
        """Whether a fault was told."""
        found = self.statement
        return found is None or bool(found.refused or found.balance_breaks or found.totals_off)


def paired(
    truths: Iterable[Truth], rows: Iterable[Row]
) -> tuple[list[tuple[Truth, Row | None]], list[Row]]:
    """Each row of truth with the row read for it, or None; and the rows that stand for nothing."""
    by_line: dict[int, list[Row]] = {}
    for row in rows:
        by_line.setdefault(row.line, []).append(row)
    pairs: list[tuple[Truth, Row | None]] = []
    for truth in truths:
        here = by_line.get(truth["line"], [])
        pairs.append((truth, here.pop(0) if here else None))
    left = [row for here in by_line.values() for row in here]
    for at, (truth, found) in enumerate(pairs):
        same = next((row for row in left if is_right(truth, row)), None) if found is None else None
        if same is not None:
            left.remove(same)
            pairs[at] = (truth, same)
    return pairs, left


def is_right(truth: Truth, row: Row) -> bool:
    """Whether time, amount and direction are those of the truth, as far as the truth is sure."""
    if row.at.isoformat() not in (truth["at"], truth.get("at_also")):
        return False
    if truth.get("sign_open"):
        return abs(row.amount_fen) == abs(int(truth["amount_fen"]))
    direction = Direction(truth["direction"])
    return bool(row.amount_fen == truth["amount_fen"]) and row.direction is direction


def _figures(read: Sequence[_Read]) -> Figures:
    counted = [one for one in read if one.counts]
    pairs = [pair for one in counted for pair in one.pairs]
    right = [(truth, row) for truth, row in pairs if row is not None and is_right(truth, row)]
    refusals = [one for one in read if one.truth["expect"] == "refuse"]
    return {
        "rows_right": _share(len(right), len(pairs)),
        "rows_lost": _share(sum(row is None for _, row in pairs), len(pairs)),
        "rows_invented": _share(sum(one.invented for one in counted), len(pairs)),
        "rows_wrong_unflagged": sum(one.wrong for one in counted if not one.told),
        "kind_right": _kinds(right),
        "files_whole": _share(sum(one.whole for one in counted), len(counted)),
        "refused_right": _share(sum(one.statement is None for one in refusals), len(refusals)),
        **_told(counted),
        **_owners(counted),
        "duplicates_twice": sum(
            not row.duplicate for truth, row in pairs if row is not None and truth.get("duplicate")
        ),
    }


def _kinds(right: Sequence[tuple[Truth, Row]]) -> float | None:
    """Whether refunds, transfers and closed trades are told from money earned or spent."""
    sure = [(truth, row) for truth, row in right if not truth.get("kind_open")]
    kinds = [(RowKind(truth["kind"]), row.kind) for truth, row in sure]
    good = sum(
        found is kind if kind in TOLD_APART else found not in TOLD_APART for kind, found in kinds
    )
    return _share(good, len(kinds))


def _told(counted: Sequence[_Read]) -> Figures:
    """Lines named that could not be read, and balances said to break."""
    broken = [
        one.statement is None
        or any(refused.line == line["line"] for refused in one.statement.refused)
        for one in counted
        for line in one.truth["broken_lines"]
    ]
    breaking = [one for one in counted if one.truth["balance_breaks"]]
    sound = [one for one in counted if not one.truth["balance_breaks"]]
    return {
        "broken_told": _share(sum(broken), len(broken)),
        "breaks_told": _share(sum(_breaks(one) for one in breaking), len(breaking)),
        "breaks_false": _share(sum(_breaks(one) for one in sound), len(sound)),
    }


def _breaks(one: _Read) -> bool:
    return one.statement is not None and bool(one.statement.balance_breaks)


def _owners(counted: Sequence[_Read]) -> Figures:
    """Statements of other people, by the product's rule: a masked name that fits is the owner's.

    A merchant's file names the firm, and often nobody: left out.
    """
    named = [
        one
        for one in counted
        if one.truth.get("owner")
        and one.truth.get("applicant")
        and one.truth["account"] != AccountKind.MERCHANT
    ]
    own = [one for one in named if is_holder(one.truth["owner"], (one.truth["applicant"],))]
    others = [one for one in named if one not in own]
    return {
        "owner_told": _share(sum(_names_another(one) for one in others), len(others)),
        "owner_false": _share(sum(_names_another(one) for one in own), len(own)),
    }


def _names_another(one: _Read) -> bool:
    owner = one.statement.owner if one.statement is not None else None
    return owner is not None and not is_holder(owner, (one.truth["applicant"],))


def _megabytes_a_second(limits: StatementLimits) -> float:
    """Megabytes of CSV in GB18030 that a second of this process reads."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.csv"
        write_csv(path, SPEED_ROWS)
        began = time.process_time()
        read_statement(path, path.name, None, limits)
        return path.stat().st_size / 1e6 / (time.process_time() - began)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
