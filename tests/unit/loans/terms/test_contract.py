"""The contract: what it says, that it is whole on paper, and the same bytes each time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from core.money import BasisPoints, Fen
from loans.terms.contract import (
    LINE_REMARK,
    PLAN_TITLE,
    TEXTS,
    Contract,
    ContractRules,
    Paper,
    clauses,
    contract_pdf,
    contract_text,
    key_terms,
    penalty_rate,
)
from loans.terms.pages import LetterMissing
from loans.terms.schedule import Repayment, Terms
from loans.terms.sheet import CostSheet, sheet_pdf, sheet_rows
from loans.terms.words import in_words, in_yuan
from tests.support.contracts import BORROWER, LENDING, sample_contract, sample_line_paper

CONTRACT = sample_contract()


@pytest.fixture(scope="module")
def font(models: Path) -> Path:
    return models / "demo" / "NotoSansSC.ttf"


@pytest.fixture(scope="module")
def content(font: Path) -> bytes:
    return contract_pdf(CONTRACT, font)


def test_the_same_contract_is_the_same_bytes(font: Path, content: bytes) -> None:
    assert contract_pdf(sample_contract(), font) == content
    assert contract_pdf(replace(CONTRACT, number="KH-2"), font) != content


def test_everything_that_was_agreed_is_on_paper(content: bytes) -> None:
    text = "".join(printed(content))
    said = [value for _, value in key_terms(CONTRACT)]
    said += [line for _, lines in clauses(CONTRACT) for line in lines]
    said += [in_yuan(part.total_fen) for part in CONTRACT.option.schedule]
    said += [BORROWER.name, BORROWER.id_number, CONTRACT.rules.lender.name, CONTRACT.confirmation]
    said += ["附件一", "附件二", "2026年11月30日11:04:05"]
    assert [line for line in said if squeezed(line) not in text] == []


def test_the_amount_is_in_words(content: bytes) -> None:
    assert in_words(CONTRACT.option.terms.principal_fen) in "".join(printed(content))


def test_every_page_is_numbered(content: bytes) -> None:
    pages = list(printed(content))
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页，共{len(pages)}页" in page


def test_a_letter_that_the_font_lacks_is_not_printed_as_a_box(font: Path) -> None:
    strange = replace(CONTRACT, borrower=replace(BORROWER, name="张\U0001f600"))
    with pytest.raises(LetterMissing, match=r"U\+1F600"):
        contract_pdf(strange, font)


@pytest.mark.parametrize(
    ("contract", "said", "unsaid"),
    [
        (CONTRACT, "提供保证担保", "不收取担保费"),
        (sample_contract("stock_of_goods"), "不收取担保费", "提供保证担保"),
        (CONTRACT, "受托支付", "自主支付"),
        (sample_contract(payees=()), "自主支付", "受托支付"),
        (CONTRACT, "不得用于固定资产投资", "实地核查"),
        (sample_contract("equipment"), "实地核查", "不得用于固定资产投资"),
        (CONTRACT, "每期利息", "不计复利"),
        (
            sample_contract("stock_of_goods", Terms(Fen(2_000_000), 6, Repayment.BULLET)),
            "不计复利",
            "每期利息",
        ),
    ],
)
def test_clauses_stand_where_they_hold(contract: Contract, said: str, unsaid: str) -> None:
    text = "".join(line for _, lines in clauses(contract) for line in lines)
    assert said in text
    assert unsaid not in text
    assert "{" not in text


def test_clauses_are_numbered_without_gaps() -> None:
    for number, (heading, lines) in enumerate(clauses(CONTRACT), start=1):
        assert heading.startswith("第")
        for place, line in enumerate(lines, start=1):
            assert line.startswith(f"{number}.{place}　")


def test_penalties_are_multiples_and_stay_within_the_ceiling() -> None:
    rate = CONTRACT.option.rate.annual_rate_bp
    assert penalty_rate(CONTRACT, BasisPoints(15_000)) == rate * 3 // 2
    risky = sample_contract("stock_of_goods", pd_12m=0.2)
    assert penalty_rate(risky, BasisPoints(20_000)) == risky.ceiling_bp


def test_every_text_is_whole() -> None:
    loan, line, note = LENDING.contract.text, LENDING.lines.contract_text, LENDING.lines.note_text
    assert {path.stem for path in TEXTS.glob("*.toml")} >= {loan, line, note}
    assert len(list(clauses(CONTRACT))) > 10
    assert len(list(clauses(sample_line_paper(Paper.LINE)))) > 10
    assert len(list(clauses(sample_line_paper(Paper.DRAW)))) == 5


def test_a_line_says_how_it_is_drawn_on_and_promises_no_plan(font: Path) -> None:
    contract = sample_line_paper(Paper.LINE)
    text = "".join(printed(contract_pdf(contract, font)))
    said = [value for _, value in key_terms(contract)]
    said += ["2027年11月29日", "500,000.00元", "受托支付", "先息后本", LINE_REMARK, "附件综合"]
    assert [line for line in said if squeezed(line) not in text] == []
    assert squeezed(PLAN_TITLE) not in text
    assert "{" not in text


def test_the_note_of_a_draw_names_its_line_and_has_its_plan(font: Path) -> None:
    contract = sample_line_paper(Paper.DRAW)
    content = contract_pdf(contract, font)
    assert contract_pdf(sample_line_paper(Paper.DRAW), font) == content
    text = "".join(printed(content))
    said = [value for _, value in key_terms(contract)]
    said += [line[:24] for _, lines in clauses(contract) for line in lines]  # pages may break
    said += [in_yuan(part.total_fen) for part in contract.option.schedule]
    said += ["KH-20261130-0002", in_words(contract.option.terms.principal_fen)]
    assert [line for line in said if squeezed(line) not in text] == []
    assert squeezed(LINE_REMARK) not in text


def test_a_text_that_does_not_exist_prints_nothing(font: Path) -> None:
    rules = ContractRules.model_validate({**LENDING.contract.model_dump(), "text": "contract-0"})
    with pytest.raises(FileNotFoundError):
        contract_pdf(replace(CONTRACT, rules=rules), font)
    assert contract_text(LENDING.contract.text).title


def test_the_sheet_adds_up_and_names_both_methods(font: Path) -> None:
    sheet = sample_sheet(CONTRACT)
    rows = {row.item: row for row in sheet_rows(sheet)}
    cost = CONTRACT.option.cost
    assert rows["利息"].yuan == in_yuan(cost.interest_fen)
    assert rows["担保费"].taken_by == LENDING.contract.guarantor
    assert rows["合计"].yuan == in_yuan(cost.total_fen)
    assert "复利" in rows["合计"].rate
    assert "单利" in rows["合计"].rate
    content = sheet_pdf(sheet, font)
    assert sheet_pdf(sheet, font) == content
    text = "".join(printed(content))
    assert all(squeezed(cell) in text for row in rows.values() for cell in row.cells)
    assert "cost-sheet-1" in text


def test_a_fee_is_taken_by_somebody() -> None:
    with pytest.raises(ValueError, match="without a guarantor"):
        sheet_rows(replace(sample_sheet(CONTRACT), guarantor=None))


def test_without_a_guarantor_there_is_no_line_for_one() -> None:
    items = [row.item for row in sheet_rows(sample_sheet(sample_contract("stock_of_goods")))]
    assert items == ["利息", "平台服务费及其他费用", "合计"]


def test_the_policy_is_loaded_without_the_library_that_draws() -> None:
    code = "import sys, loans.policy; raise SystemExit('fpdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def sample_sheet(contract: Contract) -> CostSheet:
    return CostSheet(
        number=contract.number,
        lender=contract.rules.lender.name,
        guarantor=contract.guarantor,
        guarantee_bp=contract.product.guarantee_bp,
        option=contract.option,
        made_at=contract.confirmed_at,
    )


def printed(content: bytes) -> Iterator[str]:
    """The text of each page without blanks and line ends."""
    for page in pypdfium2.PdfDocument(content):
        yield squeezed(page.get_textpage().get_text_range())


def squeezed(text: str) -> str:
    return "".join(text.split())
