"""Reads one statement and prints what that cost, as JSON: run as a process of its own.

Imports nothing but the readers and their libraries, as a process that reads does.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.refusal import StatementRefused
from loans.sources.readers.statement import read_statement

LIBRARIES = ("python_calamine", "pdfplumber", "pypdfium2", "pyzipper")


def main(path: Path, limits: StatementLimits) -> None:
    """Prints the rows or the code of the refusal, CPU seconds, and the most memory in kB."""
    for name in LIBRARIES:
        __import__(name)
    began = time.process_time()
    try:
        result: int | str = len(read_statement(path, path.name, None, limits).rows)
    except StatementRefused as refused:
        result = str(refused.code)
    cpu_s = time.process_time() - began
    print(json.dumps({"result": result, "cpu_s": cpu_s, "peak_kb": _peak_kb()}))


def _peak_kb() -> int:
    """Most memory of this process; `getrusage` would count that of the one it was forked from."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)


if __name__ == "__main__":
    main(Path(sys.argv[1]), StatementLimits.model_validate_json(sys.argv[2]))
