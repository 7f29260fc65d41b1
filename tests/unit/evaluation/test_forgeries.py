"""Forgeries change one field and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.edited_photos import FITTED
from evaluation.forgeries import Forgery, Kind, forged
from evaluation.sheets import Honest, Sheet, drawn_card, drawn_licence
from ocr.document_types import CREDIT_CODE, ID_NUMBER
from ocr.identifiers import is_valid_credit_code, read_identity_number
from tests.support.printed_pages import FONT

FAR = 60  # px from a field


def licence(seed: int, honest: Honest | None = None) -> Sheet:
    return drawn_licence(np.random.default_rng(seed), FONT, FONT, honest or Honest())


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.OTHER_FONT])
def test_a_forgery_changes_its_field_alone(kind: Kind) -> None:
    sheet, donor = licence(1), licence(2)
    name = "类型"
    forgery = Forgery(sheet, name, "个体工商户", kind, donor)
    changed = forged(forgery, FITTED.within, np.random.default_rng(3))
    left, top, _, bottom = sheet.places[name]
    different = (changed != sheet.pixels).any(axis=2)
    rows, columns = np.nonzero(different)
    assert different[int(top) : int(bottom), int(left) :].any()
    assert rows.min() > top - FAR
    assert rows.max() < bottom + FAR
    assert columns.min() > left - FAR


def test_another_font_is_none_of_the_sheets_own() -> None:
    sheet = licence(1)
    within = replace(FITTED.within, fonts=[FONT])
    forgery = Forgery(sheet, "类型", "个体工商户", Kind.OTHER_FONT, sheet)
    with pytest.raises(ValueError, match="no other font"):
        forged(forgery, within, np.random.default_rng(3))


def test_a_sheet_of_unknown_print_cannot_be_typed_alike() -> None:
    sheet = replace(licence(1), font=None)
    forgery = Forgery(sheet, "类型", "个体工商户", Kind.SAME_PRINT, sheet)
    with pytest.raises(ValueError, match="font"):
        forged(forgery, FITTED.within, np.random.default_rng(3))


def test_drawn_papers_say_what_papers_say() -> None:
    for seed in range(8):
        texts = licence(seed).texts
        assert is_valid_credit_code(texts[CREDIT_CODE])
        assert (texts[CREDIT_CODE][:2] == "92") is (texts["类型"] == "个体工商户")
        card = drawn_card(np.random.default_rng(seed), FONT, FONT, Honest(larger_name=1.2))
        number = read_identity_number(card.texts[ID_NUMBER])
        assert number is not None
        assert number.check_digit_valid


def test_what_honest_papers_carry_is_drawn() -> None:
    plain = licence(5).pixels
    for honest in (Honest(pattern=True), Honest(watermark=True), Honest(sealed=True)):
        assert (licence(5, honest).pixels != plain).any()
