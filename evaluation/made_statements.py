"""Large statements of nobody's account, as a wallet exports them: to measure time and memory by."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

COLUMNS = (
    "交易时间", "交易分类", "交易对方", "对方账号", "商品说明", "收/支", "金额", "收/付款方式",
    "交易状态", "交易订单号", "商家订单号", "备注",
)  # fmt: skip
NOTES = ("支付宝交易明细", "姓名：某某", "起始时间：[2026-01-01]    终止时间：[2026-12-31]")
GOODS = ("豆浆", "牛腩饭", "卤味拼盘", "小炒肉套餐", "米饭", "酸菜鱼", "保温杯", "洗衣液")
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟"
SEED = 1


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Rows of a wallet's statement, newest first; each has an order number of its own."""
    chance = random.Random(SEED)
    at = datetime(2026, 12, 31, 23, 0)
    for number in range(count):
        at -= timedelta(seconds=chance.randrange(20, 60))
        name = chance.choice(FAMILY) + chance.choice(GIVEN) + chance.choice(GIVEN)
        yield (
            at.isoformat(" "),
            "商业服务",
            name,
            f"{chance.randrange(130, 190)}******{chance.randrange(100):02d}",
            chance.choice(GOODS),
            "收入" if chance.random() < 0.8 else "支出",
            f"{chance.randrange(100, 99_999) / 100:.2f}",
            "余额",
            "交易成功",
            f"{chance.randrange(10**19):020d}{number:08d}",
            f"T200P{chance.randrange(10**8):08d}",
            "",
        )


def write_csv(path: Path, count: int) -> None:
    """A CSV in GB18030, as the wallet writes it."""
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write("".join(f"{note}\r\n" for note in (*NOTES, f"共{count}笔记录", "")))
        file.write(",".join(COLUMNS) + ",\r\n")
        for row in rows(count):
            *first, order, theirs, note = row
            file.write(f"{','.join(first)},{order}\t,{theirs}\t,{note},\r\n")


def write_xlsx(path: Path, count: int) -> None:
    """A workbook of one sheet whose texts are shared, as spreadsheet programs write them."""
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for number, note in enumerate(NOTES, start=1):
                sheet.write(_row(number, (note,), texts))
            sheet.write(_row(len(NOTES) + 1, COLUMNS, texts))
            for number, row in enumerate(rows(count), start=len(NOTES) + 2):
                sheet.write(_row(number, row, texts))
            sheet.write(b"</sheetData></worksheet>")
        shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')


def _row(number: int, cells: tuple[str, ...], texts: dict[str, int]) -> bytes:
    body = "".join(
        f'<c r="{chr(ord("A") + at)}{number}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
        for at, cell in enumerate(cells)
    )
    return f'<row r="{number}">{body}</row>'.encode()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="{RELATIONS_TYPE}"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEET_TYPE}.sharedStrings+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>",
}
