"""Files called statements that are made to cost time and memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping

from evaluation.made_statements import MAIN, PARTS

MB = 1 << 20
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _workbook(sheet: bytes, texts: bytes = b"") -> bytes:
    shared = f'<sst xmlns="{MAIN}">'.encode() + texts + b"</sst>"
    fixed = {name: content.encode() for name, content in PARTS.items()}
    return _zipped({**fixed, SHEET: sheet, TEXTS: shared})


def _sheet(rows: bytes) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"


def zip_of_zeros() -> bytes:
    """64 MB of one character, compressed a thousand times."""
    return _zipped({"statement.csv": b"0" * (64 * MB)})


def zip_that_lies() -> bytes:
    """The same, with a directory that says it is small."""
    data = bytearray(zip_of_zeros())
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (1_000).to_bytes(4, "little")
    return bytes(data)


def zip_of_many() -> bytes:
    """2,000 files."""
    return _zipped({f"{number}.csv": b"" for number in range(2_000)})


def workbook_of_blanks() -> bytes:
    """A sheet of 64 MB of blanks."""
    return _workbook(_sheet(b" " * (64 * MB)))


def workbook_of_corners() -> bytes:
    """Two cells in opposite corners of the largest sheet, 17 thousand million cells apart."""
    first = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    return _workbook(_sheet(first + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def workbook_of_one_text() -> bytes:
    """A text of a megabyte that 100,000 cells share."""
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 100_001)
    )
    text = bytes(range(48, 123)).replace(b"<", b"").replace(b">", b"") * (MB // 73)
    return _workbook(_sheet(cells), b"<si><t>" + text + b"</t></si>")


def workbook_of_entities() -> bytes:
    """Entities of entities, ten deep: the billion laughs."""
    return _workbook(
        b'<?xml version="1.0"?>' + _laughs() + _sheet(b"<row><c><v>&l9;</v></c></row>")
    )


def spreadsheet_of_entities() -> bytes:
    """The same in an XML spreadsheet."""
    return (
        b'<?xml version="1.0"?>' + _laughs() + b"<Workbook><Row><Cell>&l9;</Cell></Row></Workbook>"
    )


def _laughs() -> bytes:
    lines = [b'<!ENTITY l0 "lol">']
    lines += [b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10) for at in range(1, 10)]
    return b"<!DOCTYPE x [" + b"".join(lines) + b"]>"


def page_of_cells() -> bytes:
    """20 MB of HTML."""
    return b"<html><table>" + b"<tr><td>1</td></tr>" * (20 * MB // 19)


def line_without_end() -> bytes:
    """A CSV of one line of 60 MB."""
    return "交易时间,金额,收/支,".encode() + b"1," * (30 * MB)


def quote_without_end() -> bytes:
    """A quote that opens and is never closed, before 60 MB."""
    return '交易时间,金额,收/支\n"'.encode() + b"2026-01-01,1,\n" * (60 * MB // 14)


def paper_of_pages() -> bytes:
    """A PDF of 20,000 pages."""
    pages = 20_000
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(pages))
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj" % (pages, kids),
        *(
            b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj" % (number + 3)
            for number in range(pages)
        ),
    ]
    return b"%PDF-1.4\n" + b"\n".join(objects) + b"\ntrailer<</Root 1 0 R>>\n%EOF"


def paper_of_zeros() -> bytes:
    """A PDF whose page is drawn by 100 MB of blanks."""
    deflate = zlib.compressobj(9)
    drawing = b"".join(deflate.compress(b" " * MB) for _ in range(100)) + deflate.flush()
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n"
        % len(drawing)
        + drawing
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%EOF"
    )


BOMBS: tuple[Callable[[], bytes], ...] = (
    zip_of_zeros,
    zip_that_lies,
    zip_of_many,
    workbook_of_blanks,
    workbook_of_corners,
    workbook_of_one_text,
    workbook_of_entities,
    spreadsheet_of_entities,
    page_of_cells,
    line_without_end,
    quote_without_end,
    paper_of_pages,
    paper_of_zeros,
)
