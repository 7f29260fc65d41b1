"""Archives with the encryption of before AES, which banks still use."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.statement import read_statement
from tests.support.statement_files import LIMITS

TEXT = "交易日期,摘要,收入金额,支出金额,账户余额,对方户名\n2026-06-01,转账,5.00,,105.00,甲\n"
ZIP = shutil.which("zip")


@pytest.mark.skipif(ZIP is None, reason="the command zip is not installed")
def test_the_old_encryption(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TEXT, "utf-8")
    files = [str(tmp_path / name) for name in ("a.zip", "a.csv")]
    subprocess.run([str(ZIP), "-q", "-j", "-P", "135246", *files], check=True)
    archive = tmp_path / "a.zip"
    assert len(read_statement(archive, "a.zip", "135246", LIMITS).rows) == 1
    for password, code in ((None, RefusalCode.PASSWORD_NEEDED), ("1", RefusalCode.WRONG_PASSWORD)):
        with pytest.raises(StatementRefused) as caught:
            read_statement(archive, "a.zip", password, LIMITS)
        assert caught.value.code is code
