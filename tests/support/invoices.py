"""Made-up invoices in every form; nobody's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from core.money import Fen
from loans.policy import LoanPolicy
from loans.sources.readers.placed_text import PlacedText
from loans.terms.words import in_words
from tests.support.policy import POLICY

LIMITS = POLICY.section(LoanPolicy).invoices
SELLER, SELLER_NUMBER = "苏州临河机电设备有限公司", "91320507MA1MEQK307"
BUYER, BUYER_NUMBER = "哈尔滨松原粮油经营部（个体工商户）", "92230103MA18Y5WA74"
SIZE = 8.0  # height of print, points


@dataclass(frozen=True)
class Good:
    """A line of goods."""

    name: str = "*机床*数控铣床配件"
    spec: str = "XK-7"
    net: str = "1000.00"
    rate: str = "13%"
    tax: str = "130.00"


@dataclass(frozen=True)
class Paper:
    """What is printed on an invoice."""

    title: str = "电子发票（普通发票）"
    number: str = "25322000000123456789"
    code: str = ""
    day: str = "2025年03月07日"
    seller: str = SELLER
    seller_number: str = SELLER_NUMBER
    buyer: str = BUYER
    buyer_number: str = BUYER_NUMBER
    goods: Sequence[Good] = field(default_factory=lambda: (Good(),))
    net: str = "1000.00"
    tax: str = "130.00"
    gross: str = "1130.00"
    words: str = "壹仟壹佰叁拾圆整"
    remark: str = ""


def changed(**changes: Any) -> Paper:
    """A paper with other print."""
    return replace(Paper(), **changes)


def placed(text: str, left: float, top: float, size: float = SIZE) -> PlacedText:
    """Print at a place: Chinese characters are as wide as high, others half as wide."""
    width = sum(size if ord(character) > 0x2E80 else size / 2 for character in text)
    return PlacedText(text, left, left + width, top, top + size)


def side_by_side(paper: Paper) -> list[PlacedText]:
    """As the tax office prints 数电票: buyer left, seller right, sides down the margins."""
    texts = [
        placed(paper.title, 218, 30, 16),
        placed("发票号码：", 425, 31),
        placed(paper.number, 470, 31),
        placed(f"开票日期：{paper.day}", 425, 48),
    ]
    for left, side, name, number in (
        (27, "购买方信息", paper.buyer, paper.buyer_number),
        (302, "销售方信息", paper.seller, paper.seller_number),
    ):
        texts += [placed(mark, left, 77 + 10 * at) for at, mark in enumerate(side)]
        texts += [placed(f"名称：{name}", left + 18, 82)]
        texts += [placed(f"统一社会信用代码/纳税人识别号：{number}", left + 18, 108)]
    heads = ("项目名称", "规格型号", "单 位", "金 额", "税率/征收率", "税 额")
    texts += _goods(paper, 137, heads)
    texts += [placed("合", 57, 275), placed("计", 99, 275)]
    texts += [placed(f"¥{paper.net}", 405, 275), placed(f"¥{paper.tax}", 530, 275)]
    texts += [placed("价税合计（大写）", 34, 298), placed(paper.words, 170, 298)]
    texts += [placed("（小写）", 397, 298), placed(f"¥{paper.gross}", 437, 298)]
    texts += [placed("备", 28, 324), placed("注", 28, 338), placed(paper.remark, 51, 324)]
    return [text for text in texts if text.text]


def stacked(paper: Paper) -> list[PlacedText]:
    """As older electronic invoices: buyer above with the password area, seller below."""
    texts = [
        placed(f"发票代码：{paper.code}", 420, 21),
        placed(f"发票号码：{paper.number}", 420, 35),
        placed(paper.title, 210, 35, 16),
        placed(f"开票日期： {paper.day}", 420, 50),
        placed("机器编号：", 34, 30),
        placed("661234567890", 80, 30),
    ]
    sides = ((91, paper.buyer, paper.buyer_number), (322, paper.seller, paper.seller_number))
    for top, name, number in sides:
        texts += [placed("名", 43, top), placed("称：", 85, top), placed(name, 113, top)]
        texts += [placed("纳税人识别号：", 43, top + 12), placed(number, 113, top + 12)]
        texts += [placed("地 址、电 话：", 43, top + 24), placed("开户行及账号：", 43, top + 36)]
    texts += [placed("密码区", 340, 93), placed("+2>44379<0/*-/-*>+4", 380, 93)]
    texts += [placed("*>486*4/3+7-*-64261", 380, 104)]
    heads = ("货物或应税劳务、服务名称", "规格型号", "单位", "金额", "税率", "税额")
    texts += _goods(paper, 149, heads)
    texts += [placed("合", 57, 279), placed("计", 99, 279)]
    texts += [placed(f"¥{paper.net}", 405, 279), placed(f"¥{paper.tax}", 530, 279)]
    texts += [placed("价税合计（大写）", 34, 302), placed(f"⊗{paper.words}", 170, 302)]
    texts += [placed("（小写）", 397, 302), placed(f"¥{paper.gross}", 437, 302)]
    texts += [placed("开票人：", 340, 370), placed("何小满", 380, 370)]
    texts += [placed("销售方：（章）", 482, 370)]
    return [text for text in texts if text.text]


def _goods(paper: Paper, top: float, heads: tuple[str, ...]) -> list[PlacedText]:
    places = (28, 176, 244, 414, 465, 527)
    texts = [
        placed(part, left + 12 * at, top)
        for left, head in zip(places, heads, strict=True)
        for at, part in enumerate(head.split())
    ]
    for row, good in enumerate(paper.goods):
        line = top + 17 + 14 * row
        cells = ((good.name, 28), (good.spec, 176), ("件", 247), ("2", 305), ("500", 360))
        texts += [placed(text, left, line) for text, left in cells]
        texts += [placed(good.net, 448 - 4 * len(good.net), line)]
        texts += [placed(good.rate, 473, line), placed(good.tax, 564 - 4 * len(good.tax), line)]
    return texts


def pdf_of(texts: Sequence[PlacedText], font: Path) -> bytes:
    """A PDF with these texts in their places."""
    from fpdf import FPDF

    page = FPDF(unit="pt", format=(595, 397))
    page.add_page()
    page.add_font("print", fname=str(font))
    for text in texts:
        page.set_font("print", size=text.height)
        page.text(text.left, text.bottom - 0.15 * text.height, text.text)
    return bytes(page.output())


def xml_of(paper: Paper) -> bytes:
    """A 数电票 as the tax office's XML."""
    goods = "".join(
        f"<IssuItemInformation><ItemName>{escape(good.name)}</ItemName><Amount>{good.net}</Amount>"
        f"<TaxRate>{good.rate}</TaxRate><ComTaxAm>{good.tax}</ComTaxAm></IssuItemInformation>"
        for good in paper.goods
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><EInvoice><Header><EIid>'
        f"{paper.number}</EIid></Header><EInvoiceData><SellerInformation>"
        f"<SellerIdNum>{paper.seller_number}</SellerIdNum><SellerName>{paper.seller}</SellerName>"
        f"</SellerInformation><BuyerInformation><BuyerIdNum>{paper.buyer_number}</BuyerIdNum>"
        f"<BuyerName>{paper.buyer}</BuyerName></BuyerInformation><BasicInformation>"
        f"<TotalAmWithoutTax>{paper.net}</TotalAmWithoutTax><TotalTaxAm>{paper.tax}</TotalTaxAm>"
        f"<TotalTax-includedAmount>{paper.gross}</TotalTax-includedAmount>"
        f"<TotalTax-includedAmountInChinese>{paper.words}</TotalTax-includedAmountInChinese>"
        f"<RequestTime>2025-03-07 09:11:02</RequestTime></BasicInformation>{goods}"
        "</EInvoiceData></EInvoice>"
    ).encode()


_OFD = """<?xml version="1.0" encoding="UTF-8"?>
<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD"><ofd:DocBody>
<ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>
</ofd:DocBody></ofd:OFD>"""
_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:MaxUnitID>999</ofd:MaxUnitID>
<ofd:PageArea><ofd:PhysicalBox>0 0 595 397</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>
<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>{more}</ofd:Document>"""
_ATTACHMENTS = """<?xml version="1.0" encoding="UTF-8"?>
<ofd:Attachments xmlns:ofd="http://www.ofdspec.org/2016">
<ofd:Attachment ID="2" Name="invoice" Format="xml"><ofd:FileLoc>invoice.xml</ofd:FileLoc>
</ofd:Attachment></ofd:Attachments>"""


def ofd_of(texts: Sequence[PlacedText], data: bytes | None = None) -> bytes:
    """An OFD with these texts on its page, and invoice data where there are some."""
    objects = "".join(
        f'<ofd:TextObject ID="{10 + at}" Boundary="{text.left} {text.top} '
        f'{text.right - text.left} {text.height}" Font="3" Size="{text.height}">'
        f'<ofd:TextCode X="0" Y="{0.85 * text.height}">{escape(text.text)}</ofd:TextCode>'
        "</ofd:TextObject>"
        for at, text in enumerate(texts)
    )
    page = (
        '<?xml version="1.0" encoding="UTF-8"?><ofd:Page xmlns:ofd="http://www.ofdspec.org/2016">'
        f'<ofd:Content><ofd:Layer ID="5">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )
    more = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>" if data else ""
    parts: dict[str, str | bytes] = {
        "OFD.xml": _OFD,
        "Doc_0/Document.xml": _DOCUMENT.format(more=more),
        "Doc_0/Pages/Page_0/Content.xml": page,
    }
    if data:
        parts |= {"Doc_0/Attachs/Attachments.xml": _ATTACHMENTS, "Doc_0/Attachs/invoice.xml": data}
    return zip_of(parts)


def zip_of(parts: dict[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return content.getvalue()


def words_of(fen: int) -> str:
    """The capital words of an amount, as an invoice prints them."""
    said = in_words(Fen(abs(fen))).removeprefix("人民币")
    return f"（负数）{said}" if fen < 0 else said
