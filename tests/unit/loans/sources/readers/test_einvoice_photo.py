from __future__ import annotations

import pytest

from loans.sources.invoices import Party
from loans.sources.readers.einvoice_photo import texts_of_sheets
from loans.sources.readers.einvoice_printed import PrintedInvoice, PrintedItem, as_seen
from ocr.recognition.line import Line


def line(text: str, top: float, places: tuple[float, ...] = ()) -> Line:
    quad = ((0.0, top), (200.0, top), (200.0, top + 10), (0.0, top + 10))
    return Line(text, quad, (), places)


def test_sheets_lie_below_each_other() -> None:
    texts = texts_of_sheets([[line("a", 0), line("b", 40)], [line("c", 5)]])
    assert [(text.text, text.top) for text in texts] == [("a", 0), ("b", 40), ("c", 55)]


def test_a_text_is_as_sure_as_its_weakest_letter() -> None:
    quad = ((0.0, 0.0), (60.0, 0.0), (60.0, 10.0), (0.0, 10.0))
    (text,) = texts_of_sheets([[Line("(壹圆)", quad, (0.3, 0.8, 0.9, 0.3))]])
    assert text.confidence == 0.8


def test_a_line_across_two_cells_is_two_texts() -> None:
    (first, second) = texts_of_sheets([[line("密码71", 0, (0.02, 0.07, 0.9, 0.95))]])
    assert (first.text, second.text) == ("密码", "71")
    assert first.right < second.left


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("餐饮服务*餐费", "*餐饮服务*餐费"),
        ("*餐饮服务餐费", "*餐饮服务*餐费"),
        ("“餐饮服务”餐费", "*餐饮服务*餐费"),
        ("*计算机外部设备打印机", "*计算机外部设备*打印机"),
        ("*某种东西", "*某种东西"),
        ("餐费", "餐费"),
    ],
)
def test_stars_of_goods_that_print_loses(seen: str, meant: str) -> None:
    printed = PrintedInvoice(items=[PrintedItem(seen, "1.00", None, None)])
    assert [item.name for item in as_seen(printed).items] == [meant]


def test_both_stars_are_missed_where_other_goods_have_them() -> None:
    names = ("*水果*苹果", "水产品带鱼", "某物")
    printed = PrintedInvoice(items=[PrintedItem(name, "1.00", None, None) for name in names])
    assert [item.name for item in as_seen(printed).items] == ["*水果*苹果", "*水产品*带鱼", "某物"]


def test_letters_that_no_code_has_are_digits() -> None:
    printed = PrintedInvoice(seller=Party("a", "9I32O507MA1MEQK3O7"), buyer=Party("b", "OISZ"))
    seen = as_seen(printed)
    assert seen.seller.number == "91320507MA1MEQK307"
    assert seen.buyer.number == "OISZ"  # no credit code
