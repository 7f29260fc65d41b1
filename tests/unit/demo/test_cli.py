from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from demo.cli import demo


def test_a_folder_that_holds_something_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "kaihu.sqlite").touch()
    result = CliRunner().invoke(demo, ["--keep", str(tmp_path)])
    assert result.exit_code == 1
    assert "is not empty" in result.output
