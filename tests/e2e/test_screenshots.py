"""The pictures of every step can be taken, and the pages break no content policy on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.messages.words import Language
from app.settings import Settings
from demo.documents import DocumentPrinter
from demo.material import FONT, demo_folder
from tests.support.chromium import running_browser
from tools.screenshots import draw_papers, photograph_all

pytestmark = pytest.mark.timeout(300)
STEPS = 27


def test_every_step_is_photographed(models: Path, tmp_path: Path) -> None:
    papers = draw_papers(DocumentPrinter(demo_folder(models) / FONT))
    with running_browser() as browser:
        complaints = photograph_all(
            browser, Settings().policy, papers, tmp_path, "phone", Language.ENGLISH, "dark"
        )
    assert len(list(tmp_path.glob("*.png"))) == STEPS
    assert complaints == []
