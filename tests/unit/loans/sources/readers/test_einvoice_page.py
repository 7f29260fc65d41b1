"""Pages by their labels and places: forms of other offices, other kinds, and what is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.sources.invoices import Invoice, InvoiceFlag, InvoiceLayout, Party
from loans.sources.readers.einvoice_checks import flags_of
from loans.sources.readers.einvoice_page import NoInvoice, SeveralInvoices, printed_invoice
from loans.sources.readers.einvoice_printed import invoice_of
from loans.sources.readers.placed_text import PlacedText
from tests.support.invoices import (
    BUYER,
    BUYER_NUMBER,
    SELLER,
    SELLER_NUMBER,
    Good,
    Paper,
    changed,
    placed,
    side_by_side,
    stacked,
    words_of,
)

OLD = {"title": "北京增值税电子普通发票", "number": "12345678", "code": "011002000111"}


def read(texts: Sequence[PlacedText]) -> Invoice:
    invoice = invoice_of(printed_invoice(texts))
    return replace(invoice, flags=flags_of(invoice))


def test_a_digital_invoice_has_its_sides_beside_each_other() -> None:
    invoice = read(side_by_side(Paper()))
    assert invoice.layout is InvoiceLayout.DIGITAL
    assert invoice.kind == "电子发票（普通发票）"
    assert invoice.number == "25322000000123456789"
    assert invoice.day == date(2025, 3, 7)
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)
    assert invoice.buyer == Party(BUYER, BUYER_NUMBER)
    assert (invoice.net_fen, invoice.tax_fen, invoice.gross_fen) == (100_000, 13_000, 113_000)
    (item,) = invoice.items
    assert (item.name, item.net_fen, item.tax_fen) == ("*机床*数控铣床配件", 100_000, 13_000)
    assert item.rate_bp == 1300
    assert invoice.flags == frozenset()


def test_an_older_one_has_them_above_each_other() -> None:
    invoice = read(stacked(changed(**OLD)))
    assert invoice.layout is InvoiceLayout.OLD
    assert (invoice.code, invoice.number) == ("011002000111", "12345678")
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)
    assert invoice.buyer == Party(BUYER, BUYER_NUMBER)
    assert invoice.drawer == "何小满"


def test_paper_has_code_and_number_without_labels() -> None:
    texts = [
        text
        for text in stacked(changed(title="上海增值税专用发票"))
        if not text.text.startswith(("发票", "机器", "2532", "6612"))
    ]
    texts += [placed("3100201130", 60, 12, 14), placed("№ 01234567", 430, 12, 14)]
    invoice = read(texts)
    assert (invoice.code, invoice.number) == ("3100201130", "01234567")


def test_a_seller_may_stand_left() -> None:
    swapped = [
        replace(text, text=text.text.translate(str.maketrans("购买销售", "销售购买")))
        if len(text.text) == 1
        else text
        for text in side_by_side(Paper())
    ]
    invoice = read(swapped)
    assert invoice.seller.name == BUYER
    assert invoice.buyer.name == SELLER


def test_sides_may_stand_in_the_labels() -> None:
    texts = [
        placed("江苏增值税普通发票（卷票）", 40, 10),
        placed("发票代码：032001700107", 10, 40),
        placed("发票号码：12345670", 10, 52),
        placed("机打号码：99999999", 10, 64),
        placed("销售方名称：无锡梁溪老面馆", 10, 90),
        placed(f"税号：{SELLER_NUMBER}", 10, 102),
        placed("开票日期：2019-08-08", 10, 114),
        placed("购买方名称：个人", 10, 126),
        placed("税号：", 10, 138),
        placed("合计金额（小写）：￥88.00", 10, 180),
        placed("合计金额（大写）：捌拾捌元整", 10, 192),
    ]
    invoice = read(texts)
    assert invoice.number == "12345670"
    assert invoice.seller == Party("无锡梁溪老面馆", SELLER_NUMBER)
    assert invoice.buyer == Party("个人", None)
    assert (invoice.net_fen, invoice.tax_fen, invoice.gross_fen) == (8_800, 0, 8_800)
    assert invoice.flags == {InvoiceFlag.BUYER_IS_A_PERSON}


def test_a_ticket_has_no_seller() -> None:
    texts = [
        placed("电子发票（铁路电子客票）", 200, 10, 14),
        placed("发票号码:25329165850000123456", 20, 30),
        placed("开票日期:2025年01月09日", 400, 30),
        placed("票价:", 40, 100),
        placed("￥553.00", 70, 100),
        placed(f"购买方名称:{SELLER}", 40, 140),
        placed(f"统一社会信用代码:{SELLER_NUMBER}", 300, 140),
    ]
    invoice = read(texts)
    assert invoice.gross_fen == 55_300
    assert invoice.buyer == Party(SELLER, SELLER_NUMBER)
    assert invoice.seller == Party(None, None)


def test_a_long_name_goes_on_in_the_next_line() -> None:
    texts = side_by_side(changed(buyer="内蒙古自治区呼和浩特市赛罕区"))
    texts.append(placed("绿野农牧业发展有限责任公司", 69, 92))
    assert read(texts).buyer.name == "内蒙古自治区呼和浩特市赛罕区绿野农牧业发展有限责任公司"


def test_a_long_good_goes_on_in_the_next_line() -> None:
    texts = side_by_side(Paper())
    texts.append(placed("及其附件", 28, 163))
    assert [item.name for item in read(texts).items] == ["*机床*数控铣床配件及其附件"]


@pytest.mark.parametrize("tax", ["***", "*", ""])
def test_exempt_sales_have_no_tax(tax: str) -> None:
    paper = changed(goods=(Good(rate="免税", tax=tax),), tax=tax, gross="1000.00", words="壹仟圆整")
    texts = [text for text in side_by_side(paper) if text.text != "¥"]
    invoice = read(texts)
    assert (invoice.net_fen, invoice.tax_fen) == (100_000, 0)
    assert invoice.flags == {InvoiceFlag.EXEMPT}


def test_a_share_in_a_name_is_no_rate() -> None:
    invoice = read(side_by_side(changed(goods=(Good(name="*酒*52%vol白酒", spec="75%"),))))
    (item,) = invoice.items
    assert (item.name, item.rate_bp) == ("*酒*52%vol白酒", 1300)


def test_red_invoices_name_another_one() -> None:
    paper = changed(
        goods=(Good(net="-1000.00", tax="-130.00"),),
        net="-1000.00",
        tax="-130.00",
        gross="-1130.00",
        words="（负数）壹仟壹佰叁拾圆整",
        remark="被红冲蓝字数电票号码：25322000000999999999",
    )
    invoice = read(side_by_side(paper))
    assert invoice.number == "25322000000123456789"
    assert invoice.gross_fen == -113_000
    assert invoice.flags == {InvoiceFlag.RED}
    assert "25322000000999999999" in invoice.remark


def test_a_cut_title_is_not_missed() -> None:
    texts = [text for text in side_by_side(Paper()) if "电子发票" not in text.text]
    assert read(texts).number == "25322000000123456789"


def test_goods_may_be_in_a_list_of_their_own() -> None:
    invoice = read(side_by_side(changed(goods=(Good(name="详见销货清单"),))))
    assert [item.name for item in invoice.items] == ["详见销货清单"]


def on_the_next_page(texts: Sequence[PlacedText]) -> list[PlacedText]:
    return [replace(text, top=text.top + 397, bottom=text.bottom + 397) for text in texts]


def test_an_invoice_may_go_on_for_pages() -> None:
    goods = tuple(Good(name=f"*五金*零件{row}", net="10.00", tax="1.30") for row in range(8))
    amounts = {"net": "160.00", "tax": "20.80", "gross": "180.80", "words": "壹佰捌拾圆捌角整"}
    first = [text for text in side_by_side(changed(goods=goods)) if text.top < 275]
    first += [placed("小 计", 57, 275), placed("¥80.00", 405, 275), placed("¥10.40", 530, 275)]
    last = on_the_next_page(side_by_side(changed(goods=goods, **amounts)))
    invoice = read([*first, *last])
    assert len(invoice.items) == 16
    assert invoice.gross_fen == 18_080
    assert invoice.flags == frozenset()


def test_which_of_several_invoices_is_meant_is_not_guessed() -> None:
    other = side_by_side(changed(number="25322000000987654321"))
    with pytest.raises(SeveralInvoices):
        read([*side_by_side(Paper()), *on_the_next_page(other)])


NONE_OF_THEM = {
    "a list of goods": [
        placed("销售货物或者提供应税劳务清单", 150, 10, 14),
        placed("购买方名称：甲乙有限公司", 10, 40),
        placed("所属增值税专用发票代码：3100201130", 10, 70),
        placed("号码：01234567", 300, 70),
        placed("总计 ¥100.00 ¥13.00", 10, 134),
        placed("填开日期：2021年01月02日", 10, 150),
    ],
    "a receipt": [
        placed("收款收据", 150, 10, 14),
        placed("日期：2021年01月02日", 10, 30),
        placed("金额（大写）壹佰元整 ￥100.00", 10, 70),
        placed("此收据不作发票使用", 10, 90),
    ],
    "a notice of a red one": [
        placed("开具红字增值税专用发票信息表", 150, 10, 14),
        placed("合计 ¥-100.00 ¥-13.00", 10, 60),
        placed("对应蓝字专用发票的代码：3100201130 号码：01234567", 10, 80),
    ],
    "an order": [
        placed("增值税发票开票申请单", 150, 10, 14),
        placed("增值税普通发票", 80, 30),
        placed("价税合计 ¥100.00", 10, 90),
    ],
    "a contract": [placed("购销合同", 150, 10, 14), placed("发票类型：增值税专用发票", 10, 50)],
    "nothing": [],
}


@pytest.mark.parametrize("name", NONE_OF_THEM)
def test_what_is_no_invoice(name: str) -> None:
    with pytest.raises(NoInvoice):
        printed_invoice(NONE_OF_THEM[name])


@given(
    net=st.integers(1, 10**9),
    tax=st.integers(0, 10**8),
    shift=st.tuples(st.floats(-200, 400), st.floats(-200, 400)),
    scale=st.floats(0.2, 12),
)
def test_amounts_are_read_to_the_fen_wherever_the_page_lies(
    net: int, tax: int, shift: tuple[float, float], scale: float
) -> None:
    paper = changed(
        goods=(Good(net=f"{net / 100:.2f}", tax=f"{tax / 100:.2f}"),),
        net=f"{net / 100:.2f}",
        tax=f"{tax / 100:.2f}",
        gross=f"{(net + tax) / 100:.2f}",
        words=words_of(net + tax),
    )
    moved = [
        replace(
            text,
            left=shift[0] + scale * text.left,
            right=shift[0] + scale * text.right,
            top=shift[1] + scale * text.top,
            bottom=shift[1] + scale * text.bottom,
        )
        for text in side_by_side(paper)
    ]
    invoice = read(moved)
    assert (invoice.net_fen, invoice.tax_fen, invoice.gross_fen) == (net, tax, net + tax)
    assert invoice.flags == frozenset()


def test_values_may_stand_below_their_labels() -> None:
    texts = [
        placed("电子发票（普通发票）", 200, 10, 14),
        placed("发票号码", 40, 40),
        placed("25952000000012345678", 30, 54),
        placed("开票日期", 240, 40),
        placed("2025-12-01", 236, 54),
        placed("销售方名称", 40, 80),
        placed("宁波海曙远洋渔具厂", 30, 94),
        placed("购买方名称", 240, 80),
        placed("个人", 250, 94),
        placed("价税合计 ￥1,394.99", 40, 120),
    ]
    invoice = read(texts)
    assert invoice.day == date(2025, 12, 1)
    assert invoice.seller.name == "宁波海曙远洋渔具厂"
    assert invoice.buyer.name == "个人"
    assert invoice.gross_fen == 139_499


def test_totals_are_no_goods_where_their_label_was_not_read() -> None:
    texts = [
        replace(text, text="台") if text.text == "合" else text
        for text in side_by_side(Paper())
        if text.text != "计"
    ]
    invoice = read(texts)
    assert len(invoice.items) == 1
    assert (invoice.net_fen, invoice.tax_fen) == (100_000, 13_000)


def test_a_rate_that_was_not_read_costs_no_amount() -> None:
    texts = [text for text in side_by_side(Paper()) if text.text != "13%"]
    (item,) = read(texts).items
    assert (item.net_fen, item.tax_fen, item.rate_bp) == (100_000, 13_000, None)


def test_words_that_were_misread_differ_from_nothing() -> None:
    for words in ("壹仟壹佰查拾圆整", "仟壹佰叁拾圆整", "模糊"):
        assert read(side_by_side(changed(words=words))).flags == frozenset()
    assert read(side_by_side(changed(words="壹仟壹佰参拾圆整"))).flags == frozenset()
    other = side_by_side(changed(words="壹仟壹佰肆拾圆整"))
    assert read(other).flags == {InvoiceFlag.WORDS_DIFFER}
    assert read([replace(text, confidence=0.7) for text in other]).flags == frozenset()
