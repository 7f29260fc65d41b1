"""Everything that readers import or open late, imported and opened now.

The confined process that reads a file may open none: whatever a library would load when it first
meets a format, an encoding or a font has to be there before. Small files of each form are read, so
that nothing has to be known of how a library does it.
"""

from __future__ import annotations

import codecs
import importlib
import io
import zipfile
from contextlib import suppress

import charset_normalizer
import pyzipper
from pdfminer.cmapdb import CMapDB

from loans.sources.readers.einvoice import InvoiceRefused, read_invoice
from loans.sources.readers.einvoice_limits import InvoiceLimits
from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.refusal import StatementRefused
from loans.sources.readers.statement import read_statement

ENCODINGS = (
    *("ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
    *("gb18030", "gbk", "gb2312", "big5", "cp437"),
)
# Character maps of Chinese fonts that PDF files name without bringing them (ISO 32000-1, 9.7.5.2).
CHARACTER_MAPS = (
    *("GB-EUC-H", "GB-EUC-V", "GBpc-EUC-H", "GBpc-EUC-V", "GBK-EUC-H", "GBK-EUC-V"),
    *("GBKp-EUC-H", "GBKp-EUC-V", "GBK2K-H", "GBK2K-V", "UniGB-UCS2-H", "UniGB-UCS2-V"),
    *("UniGB-UTF16-H", "UniGB-UTF16-V", "UniGB-UTF8-H", "UniGB-UTF32-H"),
)
COLLECTIONS = ("Adobe-GB1", "Adobe-CNS1", "Adobe-Japan1", "Adobe-Korea1")
OFD_MODULES = ("ofdkit.document", "ofdkit.invoice", "ofdkit.layout", "ofdkit.package")
HEADER = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号\n"
ROW = "2026-01-02 03:04:05,商户消费,小店,茶,支出,¥12.50,零钱,支付成功,1000\n"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources"
    b"<</Font<</F1 5 0 R/F2 6 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 64>>stream\nBT /F1 12 Tf 10 10 Td (abc) Tj /F2 12 Tf <b2e8> Tj ET        \n"
    b"endstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"6 0 obj<</Type/Font/Subtype/Type0/BaseFont/STSong/Encoding/GBK-EUC-H/DescendantFonts[7 0 R]>>"
    b"endobj\n"
    b"7 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong/CIDSystemInfo<</Registry(Adobe)"
    b"/Ordering(GB1)/Supplement 2>>/FontDescriptor 8 0 R>>endobj\n"
    b"8 0 obj<</Type/FontDescriptor/FontName/STSong/Flags 4/FontBBox[0 0 1000 1000]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>'
    "</row></sheetData></worksheet>",
}
PASSWORD = "123456"  # noqa: S105 (of a file that is made here)
WIDE = 2**24
STATEMENTS = StatementLimits(
    **{**dict.fromkeys(StatementLimits.model_fields, WIDE), "max_refused_share": 1.0}
)
INVOICES = InvoiceLimits(**dict.fromkeys(InvoiceLimits.model_fields, WIDE))


def warm_readers() -> None:
    """Read something of each form."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    for name in CHARACTER_MAPS:
        with suppress(CMapDB.CMapNotFound):
            CMapDB.get_cmap(name)
    for name in COLLECTIONS:
        CMapDB.get_unicode_map(name)
    for module in OFD_MODULES:
        importlib.import_module(module)
    charset_normalizer.from_bytes((HEADER + ROW).encode("gb18030")).best()
    text = HEADER + ROW
    html = f"<html><table><tr><td>{ROW.replace(',', '</td><td>')}</td></tr></table></html>"
    for content in (
        text.encode(),
        text.encode("gb18030"),
        text.encode("utf-16"),
        text.replace(",", "\t").encode(),
        html.encode(),
        _workbook(),
        _locked(text.encode()),
        PDF,
    ):
        with suppress(StatementRefused):
            read_statement(content, "warm", PASSWORD, STATEMENTS)
    for content in (PDF, _workbook(), b"<EInvoice><x>1</x></EInvoice>"):
        with suppress(InvoiceRefused):
            read_invoice(content, INVOICES)


def _workbook() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in WORKBOOK.items():
            archive.writestr(name, text)
    return packed.getvalue()


def _locked(content: bytes) -> bytes:
    packed = io.BytesIO()
    with pyzipper.AESZipFile(
        packed, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.writestr("a.csv", content)
    return packed.getvalue()
