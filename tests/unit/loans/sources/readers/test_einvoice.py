"""Files in every form, and files that harm."""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from datetime import date
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files import UnreadableFile
from core.reasons import Reason
from loans.sources.invoices import InvoiceFlag, Party
from loans.sources.readers.einvoice import (
    InvoiceReason,
    InvoiceRefused,
    read_invoice,
)
from loans.sources.readers.placed_text import PlacedText
from tests.support.invoices import (
    BUYER,
    BUYER_NUMBER,
    LIMITS,
    SELLER,
    SELLER_NUMBER,
    Good,
    Paper,
    changed,
    ofd_of,
    placed,
    side_by_side,
    xml_of,
    zip_of,
)

JPEG = b"\xff\xd8\xff\xe0 a photo"
MAX_S = 0.5  # of processor time for a file that is refused


def refusal(data: bytes) -> InvoiceReason:
    with pytest.raises(InvoiceRefused) as refused:
        read_invoice(data, LIMITS)
    return refused.value.reason


def seen(_content: bytes) -> Sequence[PlacedText]:
    return side_by_side(changed(seller_number=SELLER_NUMBER.replace("0", "O")))


@pytest.mark.parametrize(
    "data",
    [
        xml_of(changed(goods=(Good(rate="0.13"),))),
        ofd_of(side_by_side(Paper())),
    ],
    ids=["xml", "ofd"],
)
def test_every_form_says_the_same(data: bytes) -> None:
    invoice = read_invoice(data, LIMITS)
    assert invoice.number == "25322000000123456789"
    assert invoice.day == date(2025, 3, 7)
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)
    assert invoice.buyer == Party(BUYER, BUYER_NUMBER)
    assert (invoice.net_fen, invoice.tax_fen, invoice.gross_fen) == (100_000, 13_000, 113_000)
    assert [(item.name, item.rate_bp) for item in invoice.items] == [("*机床*数控铣床配件", 1300)]
    assert invoice.flags == frozenset()


OLD_DATA = f"""<?xml version="1.0" encoding="GBK"?>
<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019" Version="1.0">
<fp:InvoiceCode>011002000111</fp:InvoiceCode><fp:InvoiceNo>12345678</fp:InvoiceNo>
<fp:IssueDate>2020年05月06日</fp:IssueDate>
<fp:Buyer><fp:BuyerName>{BUYER}</fp:BuyerName><fp:BuyerTaxID>{BUYER_NUMBER}</fp:BuyerTaxID></fp:Buyer>
<fp:Seller><fp:SellerName>{SELLER}</fp:SellerName><fp:SellerTaxID>{SELLER_NUMBER}</fp:SellerTaxID>
</fp:Seller><fp:TaxInclusiveTotalAmount>1000.00</fp:TaxInclusiveTotalAmount>
<fp:TaxTotalAmount>0.00</fp:TaxTotalAmount>
<fp:TaxExclusiveTotalAmount>1000.00</fp:TaxExclusiveTotalAmount>
<fp:GoodsInfos><fp:GoodsInfo><fp:Item>*蔬菜*白菜</fp:Item><fp:Amount>1000.00</fp:Amount>
<fp:TaxScheme>免税</fp:TaxScheme><fp:TaxAmount>***</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos>
</eInvoice>"""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_older_xml_in_other_encodings(encoding: str) -> None:
    data = OLD_DATA.encode(encoding)
    invoice = read_invoice(data, LIMITS)
    assert (invoice.code, invoice.number) == ("011002000111", "12345678")
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)
    assert invoice.flags == {InvoiceFlag.EXEMPT}


def test_older_data_in_an_ofd_count_before_its_page() -> None:
    texts = side_by_side(changed(seller="被涂改的名称有限公司"))
    invoice = read_invoice(ofd_of(texts, OLD_DATA.encode("gb18030")), LIMITS)
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)
    assert invoice.number == "12345678"
    assert invoice.capital == "壹仟壹佰叁拾圆整"  # of the page, for the data do not have it


SHORT_NAMES = f"""<business><FPXX><FPDM>3300201130</FPDM><FPHM>01234567</FPHM>
<KPRQ>20210506093011</KPRQ>
<XSF_MC>{SELLER}</XSF_MC><XSF_NSRSBH>{SELLER_NUMBER}</XSF_NSRSBH><GMF_MC>{BUYER}</GMF_MC>
<GMF_NSRSBH>{BUYER_NUMBER}</GMF_NSRSBH><HJJE>1000.00</HJJE><HJSE>130.00</HJSE><JSHJ>1130.00</JSHJ>
<YFP><FPHM>99999999</FPHM></YFP>
<XMXX><XMMC>铣刀</XMMC><JE>1000.00</JE><SL>0.13</SL><SE>130.00</SE></XMXX></FPXX></business>"""


def test_names_of_elements_are_those_of_many_schemas() -> None:
    invoice = read_invoice(SHORT_NAMES.encode(), LIMITS)
    assert (invoice.code, invoice.number) == ("3300201130", "01234567")
    assert invoice.day == date(2021, 5, 6)
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)
    assert invoice.buyer == Party(BUYER, BUYER_NUMBER)
    assert [(item.name, item.net_fen) for item in invoice.items] == [("铣刀", 100_000)]


def test_prefixes_that_are_not_declared_are_left_out() -> None:
    data = xml_of(Paper()).replace(b"<EInvoice>", b"<e:EInvoice a:v='1'>")
    invoice = read_invoice(data.replace(b"</EInvoice>", b"</e:EInvoice>"), LIMITS)
    assert invoice.seller == Party(SELLER, SELLER_NUMBER)


def test_a_photo_is_read_by_who_can() -> None:
    invoice = read_invoice(JPEG, LIMITS, seen)
    assert invoice.number == "25322000000123456789"
    assert invoice.seller.number == SELLER_NUMBER  # no code has an O
    assert refusal(JPEG) is InvoiceReason.UNREADABLE


def test_a_photo_that_cannot_be_decoded_is_refused() -> None:
    def broken(_content: bytes) -> NoReturn:
        raise UnreadableFile(Reason.NOT_AN_IMAGE)

    with pytest.raises(InvoiceRefused) as refused:
        read_invoice(JPEG, LIMITS, broken)
    assert refused.value.reason is InvoiceReason.UNREADABLE


def bomb() -> bytes:
    return zlib.compress(b"\0" * 2**26, 9)


FORMS = b"".join(
    b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</F %d 0 R>>>>"
    b"/Length 48>>stream\n%s\nendstream endobj\n" % (number, number + 1, b"/F Do " * 8)
    for number in range(4, 30)
)
NESTED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 400]/Contents 4 0 R"
    b"/Resources<</XObject<</F 5 0 R>>>>>>endobj\n" + FORMS + b"trailer<</Root 1 0 R>>\n%%EOF"
)
REFUSED = {
    "empty": (b"", InvoiceReason.UNREADABLE),
    "words": (b"hello", InvoiceReason.UNREADABLE),
    "html": (b"<html><body>x</body></html>", InvoiceReason.NOT_AN_INVOICE),
    "other xml": (b"<order><number>12345678</number></order>", InvoiceReason.NOT_AN_INVOICE),
    "entities": (
        b'<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>',
        InvoiceReason.UNREADABLE,
    ),
    "a file of the server": (
        b'<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]><l>&f;</l>',
        InvoiceReason.UNREADABLE,
    ),
    "deep xml": (b"<a>" * 200_000 + b"</a>" * 200_000, InvoiceReason.TOO_LARGE),
    "another zip": (zip_of({"word/document.xml": "<a/>"}), InvoiceReason.UNREADABLE),
    "zip bomb": (zip_of({"OFD.xml": b"\0" * 2**26}), InvoiceReason.TOO_LARGE),
    "ofd without an invoice": (
        ofd_of([placed("食品经营许可证", 9, 9)]),
        InvoiceReason.NOT_AN_INVOICE,
    ),
    "pdf bomb": (b"%PDF-1.4\nstream\n" + bomb() + b"\nendstream", InvoiceReason.TOO_LARGE),
    "streams": (b"%PDF-1.4\n" + b"stream\n" * 50_000, InvoiceReason.TOO_LARGE),
    "nested forms": (NESTED, InvoiceReason.TOO_LARGE),
    "half a pdf": (b"%PDF-1.4\n1 0 obj<</Type/Catalog", InvoiceReason.UNREADABLE),
    "without a number": (xml_of(changed(number="")), InvoiceReason.NOT_AN_INVOICE),
    "a wrong number": (xml_of(changed(number="123")), InvoiceReason.INCOMPLETE),
    "too many bytes": (b" " * (LIMITS.max_bytes + 1), InvoiceReason.TOO_LARGE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_refused_soon(name: str) -> None:
    data, reason = REFUSED[name]
    began = time.process_time()
    assert refusal(data) is reason
    assert time.process_time() - began < MAX_S


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"<", b"\xef\xbb\xbf<"]),
)
def test_any_bytes_are_read_or_refused(rest: bytes, head: bytes) -> None:
    with pytest.raises(InvoiceRefused):
        read_invoice(head + rest, LIMITS)


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_a_damaged_invoice_is_read_or_refused(at: int, damage: bytes) -> None:
    whole = ofd_of(side_by_side(Paper()))
    try:
        invoice = read_invoice(whole[:at] + damage + whole[at + len(damage) :], LIMITS)
    except InvoiceRefused:
        return
    assert invoice.number
