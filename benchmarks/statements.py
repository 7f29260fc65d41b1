"""`kaihu bench statements`: time and memory of large statements, and of files made to cost them.

Each file is read in a process of its own that has imported the libraries, as one that analyses has.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.policy import load
from app.settings import ROOT, Settings
from benchmarks.statement_bombs import BOMBS
from evaluation.made_statements import write_csv, write_xlsx
from evaluation.report import Figures
from loans.policy import LoanPolicy
from loans.sources.readers.limits import StatementLimits

CSV_ROWS, XLSX_ROWS = 550_000, 100_000
KB_A_MB = 1024


def bench_statements(settings: Settings) -> Figures:
    """CPU seconds, megabytes of the process, and the dearest refusal in milliseconds."""
    limits = load(settings.policy).section(LoanPolicy).statement_limits
    with tempfile.TemporaryDirectory() as folder:
        csv, xlsx = Path(folder) / "large.csv", Path(folder) / "large.xlsx"
        write_csv(csv, CSV_ROWS)
        write_xlsx(xlsx, XLSX_ROWS)
        large = [_cost(path, limits) for path in (csv, xlsx)]
        megabytes = csv.stat().st_size / 1e6
        bombs = [_bomb(Path(folder) / make.__name__, make(), limits) for make in BOMBS]
    for make, cost in zip(BOMBS, bombs, strict=True):
        print(f"{make.__name__}: {cost.result}, {cost.cpu_s * 1000:.0f} ms, {cost.peak_mb:.0f} MB")
    return {
        "csv_mb": megabytes,
        "csv_rows": large[0].result,
        "csv_s": large[0].cpu_s,
        "xlsx_rows": large[1].result,
        "xlsx_s": large[1].cpu_s,
        "memory_mb": max(cost.peak_mb for cost in large),
        "bombs": len(bombs),
        "bombs_refused": sum(isinstance(cost.result, str) for cost in bombs),
        "bomb_ms_max": max(cost.cpu_s for cost in bombs) * 1000,
        "bomb_memory_mb": max(cost.peak_mb for cost in bombs),
    }


@dataclass(frozen=True)
class _Cost:
    result: int | str  # rows that were read, or the code of the refusal
    cpu_s: float
    peak_mb: float  # of the whole process


def _bomb(path: Path, data: bytes, limits: StatementLimits) -> _Cost:
    path.write_bytes(data)
    return _cost(path, limits)


def _cost(path: Path, limits: StatementLimits) -> _Cost:
    command = [
        sys.executable,
        "-m",
        "benchmarks.statement_cost",
        str(path),
        limits.model_dump_json(),
    ]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=True)
    found = json.loads(done.stdout)
    return _Cost(found["result"], found["cpu_s"], found["peak_kb"] / KB_A_MB)
